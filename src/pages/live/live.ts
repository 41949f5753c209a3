import './live.css';
