import './playground.css';
import { Learning } from './learning/learning.ts';
import { Simulator } from './simulator/simulator.ts';

new Simulator();
new Learning();
