import './playground.css';
import { Simulator } from './simulator/simulator.ts';

new Simulator();
