/** Kernels whose operands are grouped in objects: test/kernels/analog/ tests them, not the tables of flat calls. */
export const grouped = ['coincidences', 'constantSteps', 'curvedSteps', 'pulseRows', 'signedTrains'];
