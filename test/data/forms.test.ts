import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Idx } from '../../src/data/idx.ts';
import { type ReadOptions, readData } from '../../src/data/reading/read-data.ts';
import { files, npy, npz, png } from './written.ts';

// Forms in which public data sets come, each with its origin: small stand-ins of the same names, headers and shapes.

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'forms-'));
});
afterAll(() => rm(dir, { recursive: true }));

type Content = Parameters<typeof files>[1];
let made = 0;
const folder = (content: Content) => files(join(dir, `${++made}`), content);
/** What is read of a folder, or of one file in it. */
const read = async (content: Content, options: ReadOptions & { file?: string } = {}) => {
  const { file = '.', ...rest } = options;
  return readData(join(await folder(content), file), rest);
};
const refused = (content: Content, options: Parameters<typeof read>[1], message: RegExp) =>
  expect(read(content, options)).rejects.toThrow(message);

const bytes = (shape: number[], at = 0): Idx => ({
  shape,
  data: Uint8Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => (at + 50 * i) % 256),
});
const labels = (...values: number[]): Idx => ({ shape: [values.length], data: Uint8Array.from(values) });
const four = (name: (part: string, what: string) => string, train = [3, 1, 3], test = [1, 3]): Content => ({
  [name('train', 'images')]: bytes([train.length, 2, 2]),
  [name('train', 'labels')]: labels(...train),
  [name('test', 'images')]: bytes([test.length, 2, 2], 7),
  [name('test', 'labels')]: labels(...test),
});
const digits = {
  ...{ classNames: ['1', '3'], scaling: { by: 255 } },
  train: { count: 3, width: 4, classes: 2, labels: Uint8Array.of(1, 0, 1), images: bytes([3, 2, 2]).data },
  test: { count: 2, labels: Uint8Array.of(0, 1) },
};
const dim = (what: string) => (what === 'images' ? 'idx3' : 'idx1');
const mnistName = (part: string, what: string) =>
  `${part === 'test' ? 't10k' : part}-${what}-${dim(what)}-ubyte.gz`;

test('MNIST and Fashion-MNIST as their authors ship them (yann.lecun.com, zalandoresearch): four packed IDX files', async () => {
  expect(await read(four(mnistName))).toMatchObject(digits);
});

test('MNIST on Kaggle (hojjatk/mnist-dataset): a dot before idx, and folders of the other name beside', async () => {
  const content = {
    ...four((part, what) => mnistName(part, what).replace('-idx', '.idx').replace('.gz', '')),
    'train-images-idx3-ubyte/train-images-idx3-ubyte': bytes([3, 2, 2]),
  };
  const found = await read(content);
  expect(found).toMatchObject(digits);
  expect(found.passedOver).toEqual(['train-images-idx3-ubyte is a folder']);
});

test('MNIST unpacked by some archivers: each file in a folder of its own name', async () => {
  const nested = (part: string, what: string) => {
    const name = mnistName(part, what).replace('.gz', '');
    return `${name}/${name}`;
  };
  expect(await read(four(nested))).toMatchObject(digits);
});

const emnistName = (split: string) => (part: string, what: string) =>
  `emnist-${split}-${part}-${what}-${dim(what)}-ubyte.gz`;

test('EMNIST letters (nist.gov, gzip.zip): labels from 1 to 26, one of several splits named by a file', async () => {
  const content = { ...four(emnistName('letters'), [1, 26, 2], [26]), ...four(emnistName('digits')) };
  const found = await read(content, { file: 'emnist-letters-train-images-idx3-ubyte.gz' });
  expect(found).toMatchObject({
    classNames: ['1', '2', '26'],
    train: { classes: 3, labels: Uint8Array.of(0, 2, 1) },
  });
  expect(found.test?.labels).toEqual(Uint8Array.of(2));
  await refused(
    content,
    {},
    /must hold one data set; got emnist-digits, emnist-letters: give one file of it with --data$/,
  );
});

test('QMNIST (facebookresearch): labels of eight 32-bit columns, the class first', async () => {
  const wide = (...values: number[]): Idx => ({
    shape: [values.length, 8],
    data: Int32Array.from(values.flatMap((value) => [value, 0, 7, 8, 9, 10, 0, 0])),
  });
  const content = {
    'qmnist-train-images-idx3-ubyte.gz': bytes([3, 2, 2]),
    'qmnist-train-labels-idx2-int.gz': wide(3, 1, 3),
    'qmnist-test-images-idx3-ubyte.gz': bytes([2, 2, 2], 7),
    'qmnist-test-labels-idx2-int.gz': wide(1, 3),
  };
  expect(await read(content)).toMatchObject({
    ...digits,
    notes: [expect.stringMatching(/^labels are column 1 of 8/)],
  });
});

test('IDX of features rather than images, as floats: taken as they are', async () => {
  const content = {
    'train-features-idx2-float': { shape: [2, 3], data: Float32Array.of(0.5, -1, 2, 0, 0, 1e6) },
    'train-labels-idx1-short': { shape: [2], data: Int16Array.of(-7, 500) },
  };
  expect(await read(content)).toMatchObject({
    ...{ classNames: ['-7', '500'], scaling: { by: 1 } },
    train: { width: 3, images: Float32Array.of(0.5, -1, 2, 0, 0, 1e6) },
  });
});

const u1 = (shape: number[], values: number[]) => ({ shape, values, descr: '|u1' });
const i8 = (...values: number[]) => ({ shape: [values.length], values, descr: '<i8' });
const grey = u1([3, 2, 2], [...bytes([3, 2, 2]).data]);
const greyTest = u1([2, 2, 2], [...bytes([2, 2, 2], 7).data]);

test('Kuzushiji-MNIST (codh.rois.ac.jp): archives of one array each, arr_0', async () => {
  const content = {
    'kmnist-train-imgs.npz': npz({ arr_0: grey }),
    'kmnist-train-labels.npz': npz({ arr_0: u1([3], [3, 1, 3]) }),
    'kmnist-test-imgs.npz': npz({ arr_0: greyTest }),
    'kmnist-test-labels.npz': npz({ arr_0: u1([2], [1, 3]) }),
  };
  expect(await read(content)).toMatchObject(digits);
  expect(await read(content, { file: 'kmnist-train-imgs.npz' })).toMatchObject(digits);
});

test('mnist.npz of Keras: x_train, y_train, x_test, y_test, stored', async () => {
  const arrays = { x_test: greyTest, x_train: grey, y_train: i8(3, 1, 3), y_test: i8(1, 3) };
  expect(await read({ 'mnist.npz': npz(arrays, 0) }, { file: 'mnist.npz' })).toMatchObject(digits);
});

test('MedMNIST (medmnist.com): coloured images, labels of one column, a validation set that is left out', async () => {
  const part = (count: number) => u1([count, 2, 2, 3], [...bytes([count, 2, 2, 3]).data]);
  const column = (...values: number[]) => ({ shape: [values.length, 1], values, descr: '|u1' });
  const content = npz({
    ...{ train_images: part(2), train_labels: column(8, 0), val_images: part(1), val_labels: column(5) },
    ...{ test_images: part(1), test_labels: column(8) },
  });
  const found = await read({ 'pathmnist.npz': content }, { file: 'pathmnist.npz' });
  expect(found).toMatchObject({ classNames: ['0', '8'], train: { count: 2, width: 12 }, test: { count: 1 } });
  expect(found.raw.train?.shape).toEqual([2, 2, 3]);
});

test('digits of scikit-learn as numpy.save writes them: float64 beside int64, names as text, in Fortran order', async () => {
  const values = [0, 5, 13, 9, 16, 1];
  const x = npy({ shape: [2, 3], descr: '<f8', values });
  const found = await read({ 'X.npy': x, 'y.npy': npy(i8(4, 2)) });
  expect(found).toMatchObject({
    classNames: ['2', '4'],
    scaling: { by: 1 },
    train: { images: Float32Array.from(values) },
  });
  const turned = npy({
    shape: [2, 3],
    descr: '>f4',
    values: [0, 9, 5, 16, 13, 1],
    fortran: true,
    version: 2,
  });
  const named = npy({ shape: [2], descr: '<U4', values: ['zwei', 'drei'] });
  expect(await read({ 'x.npy': turned, 'y.npy': named }, { file: 'x.npy', scale: 16 })).toMatchObject({
    ...{ classNames: ['drei', 'zwei'], train: { images: Float32Array.from(values, (value) => value / 16) } },
  });
});

test('bitmaps of Quick, Draw! (googlecreativelab): one array without labels is refused, or a column of it is the label', async () => {
  const content = { 'cat.npy': npy(u1([2, 4], [0, 9, 255, 1, 1, 9, 0, 255])) };
  await refused(
    content,
    { file: 'cat.npy' },
    /cat.npy must have labels: y beside x, or a column that --label names/,
  );
  const found = await read(content, { file: 'cat.npy', label: '1' });
  expect(found).toMatchObject({
    classNames: ['0', '1'],
    train: { width: 3, images: Uint8Array.of(9, 255, 1, 9, 0, 255) },
  });
});

test('arrays of objects and of records, and archives of other files, are refused with what to do', async () => {
  await refused(
    { 'x.npy': npy({ shape: [1], descr: '|O8', values: [0] }) },
    { file: 'x.npy' },
    /got dtype '\|O8': save it as .astype/,
  );
  await refused(
    { 'x.npz': npz({ arr_0: grey, arr_1: i8(1) }) },
    { file: 'x.npz' },
    /must name its arrays x and y.*got arr_0, arr_1/,
  );
  const oneHot = { shape: [3, 2], descr: '<f4', values: [1, 0, 0, 1, 1, 0] };
  await refused(
    { 'x.npz': npz({ x: grey, y: oneHot }) },
    { file: 'x.npz' },
    /got none: give --label, or save one label a sample \(one-hot rows by argmax\)/,
  );
});

const pixelTable = (head: string, ...rows: string[]) => `${[head, ...rows].join('\n')}\n`;

test('Digit Recognizer (kaggle.com/c/digit-recognizer): train.csv with a label, test.csv without', async () => {
  const content = {
    'train.csv': pixelTable('label,pixel0,pixel1', '3,0,255', '1,9,0', '3,0,0'),
    'test.csv': pixelTable('pixel0,pixel1', '0,1'),
  };
  const found = await read(content);
  expect(found).toMatchObject({ classNames: ['1', '3'], scaling: { by: 255 }, test: undefined });
  expect(found.train?.images).toEqual(Uint8Array.of(0, 255, 9, 0, 0, 0));
  expect(found.passedOver).toEqual(['the test set, which has no labels']);
});

test('MNIST and Fashion-MNIST as CSV (kaggle: oddrationale, zalando-research): two tables', async () => {
  const head = 'label,1x1,1x2,2x1,2x2';
  const rows = (idx: Idx, own: number[]) =>
    own.map((label, i) => `${label},${[...idx.data.subarray(4 * i, 4 * i + 4)]}`);
  const content = {
    'mnist_train.csv': pixelTable(head, ...rows(bytes([3, 2, 2]), [3, 1, 3])),
    'mnist_test.csv': pixelTable(head, ...rows(bytes([2, 2, 2], 7), [1, 3])),
  };
  expect(await read(content)).toMatchObject(digits);
});

test('MNIST as CSV without a header (pjreddie.com, emnist-letters-train.csv): --label 1, or a sentence that says so', async () => {
  const content = { 'mnist_train.csv.gz': '5,0,128\n0,255,3\n' };
  const file = 'mnist_train.csv.gz';
  expect(await read(content, { file, label: '1' })).toMatchObject({
    classNames: ['0', '5'],
    train: { images: Uint8Array.of(0, 128, 255, 3) },
  });
  await refused(
    content,
    { file },
    /--label must say which it is, by name or number \(1 the first, -1 the last\); got 3 columns without a header: 5, 0, 128$/,
  );
});

test('iris.data and letter-recognition.data (archive.ics.uci.edu): no header, the class as text, a blank line at the end', async () => {
  const iris = '5.1,3.5,1.4,0.2,Iris-setosa\n7.0,3.2,4.7,1.4,Iris-versicolor\n\n';
  expect(await read({ 'iris.data': iris }, { file: 'iris.data', label: '-1' })).toMatchObject({
    classNames: ['Iris-setosa', 'Iris-versicolor'],
    train: { width: 4, images: Float32Array.of(5.1, 3.5, 1.4, 0.2, 7, 3.2, 4.7, 1.4) },
  });
  const letters = 'T,2,8,3\nI,5,12,3\nD,4,11,6\n';
  expect(await read({ 'letters.data': letters }, { file: 'letters.data', label: '1' })).toMatchObject({
    ...{ classNames: ['D', 'I', 'T'], train: { count: 3, width: 3, labels: Uint8Array.of(2, 1, 0) } },
  });
});

test('wine quality (archive.ics.uci.edu): semicolons and a quoted header; each column to 0 … 1', async () => {
  const wine = '"fixed acidity";"alcohol";"quality"\n7.4;9.4;5\n7.8;9.8;6\n7.6;9.6;5\n';
  const found = await read({ 'wine.csv': wine }, { file: 'wine.csv', label: 'quality', scale: 'columns' });
  expect(found).toMatchObject({ classNames: ['5', '6'], columns: ['fixed acidity', 'alcohol'] });
  expect([...(found.train?.images ?? [])].map((value) => Number(value.toFixed(4)))).toEqual([
    0, 0, 1, 1, 0.5, 0.5,
  ]);
});

test('a table that Excel saved: a byte order mark, semicolons, CR LF, text with a line end in quotes', async () => {
  const text = '\ufeffClass;"a ""b""";c\r\n"x\ny";1;2\r\nz;3;4\r\n';
  expect(await read({ 'excel.csv': text }, { file: 'excel.csv' })).toMatchObject({
    classNames: ['x\ny', 'z'],
    columns: ['a "b"', 'c'],
    train: { count: 2 },
  });
  const sixteen = Buffer.from('\ufeffy\ta\n1\t0.5\n2\t1.5\n', 'utf16le');
  expect(await read({ 'unicode.txt': sixteen }, { file: 'unicode.txt' })).toMatchObject({
    classNames: ['1', '2'],
    train: { images: Float32Array.of(0.5, 1.5) },
  });
});

test('DataFrame.to_csv of pandas: the index has no name and is left out; columns that are numbers are a header', async () => {
  const found = await read({ 'a.csv': ',width,target\n0,1.5,a\n1,2.5,b\n' }, { file: 'a.csv' });
  expect(found).toMatchObject({ columns: ['width'], train: { images: Float32Array.of(1.5, 2.5) } });
  expect(found.notes).toContain('the first column, which has no name, is left out as an index');
  expect(
    await read({ 'a.csv': 'letter,0,1,2\nA,7,8,9\nB,4,5,6\n' }, { file: 'a.csv', label: 'letter' }),
  ).toMatchObject({ train: { count: 2, width: 3 } });
});

test('Sign Language MNIST (kaggle: datamunge): labels with a gap keep their names', async () => {
  const table = 'label,pixel1\n8,200\n10,0\n24,1\n';
  expect(await read({ 'sign_mnist_train.csv': table })).toMatchObject({
    classNames: ['8', '10', '24'],
    train: { labels: Uint8Array.of(0, 1, 2) },
  });
});

test('penguins.csv (seaborn-data): text and missing values are refused with line and column, or counted', async () => {
  const text = { 'p.csv': 'species,bill,sex\nAdelie,39.1,1\nGentoo,,2\n' };
  await refused(
    text,
    { file: 'p.csv', label: 'species' },
    /column 'bill' in line 3 of .*p.csv must have a value; got '': fill it in or leave the line out$/,
  );
  const counted = await read(text, { file: 'p.csv', label: 'species', missing: 'count' });
  expect(counted.raw.train).toMatchObject({ missing: 1, features: Float32Array.of(39.1, 1, Number.NaN, 2) });
  await refused(
    { 'p.csv': 'species,bill,sex\nAdelie,39.1,MALE\n' },
    { file: 'p.csv', label: 'species' },
    /column 'sex' in line 2 of .* must be a finite number; got 'MALE': write it as a number, or leave the column out$/,
  );
  await refused(
    { 'p.csv': 'y,a\n1,2\n1,2,3\n' },
    { file: 'p.csv' },
    /line 3 of .* must have 2 cells, as the first line; got 3$/,
  );
});

test('libsvm, ARFF, Parquet, HDF5, pickle, MATLAB and JPEG are refused with what they are and what to do', async () => {
  const forms: [string, string, RegExp][] = [
    [
      'heart_scale',
      '+1 1:0.7 3:1\n-1 1:0.5\n',
      /cells separated by commas.*got one column, '\+1 1:0.7 3:1'$/,
    ],
    ['mnist_784.arff', '@RELATION mnist_784\n', /got an ARFF file: save it as CSV$/],
    ['train.parquet', 'PAR1\x15', /got a Parquet file: save it as CSV$/],
    ['usps.h5', '\x89HDF\r\n', /got an HDF5 file: save its arrays with numpy.savez$/],
    ['data_batch_1', '\x80\x02}q', /got a Python pickle: save its arrays with numpy.savez$/],
    ['train_32x32.mat', 'MATLAB 5.0 MAT-file', /got a MATLAB file/],
    ['a.jpg', '\xff\xd8\xff\xe0', /got a JPEG image: convert it to PNG$/],
    ['empty.csv', '', /must hold samples; got an empty file$/],
    [
      'noise',
      '\x00\x01\x02\x03',
      /must be one of IDX, NPY or NPZ, CSV, .*; got a file that begins with 00010203$/,
    ],
  ];
  for (const [file, text, message] of forms)
    await refused({ [file]: Buffer.from(text, 'latin1') }, { file }, message);
});

const picture = (seed: number) => png(2, 2, [seed, 1, 2, 255]);

test('mnist_png (myleott): a folder a class in training and testing, read class by class in turn', async () => {
  const content = {
    'training/3/1.png': picture(3),
    'training/3/2.png': picture(4),
    'training/1/7.png': picture(9),
    'testing/1/1.png': picture(5),
    'README.txt': 'as is',
  };
  const found = await read(content);
  expect(found).toMatchObject({ classNames: ['1', '3'], test: { count: 1, labels: Uint8Array.of(0) } });
  expect(found.train?.labels).toEqual(Uint8Array.of(0, 1, 1));
  expect(found.train?.images).toEqual(Uint8Array.of(9, 1, 2, 255, 3, 1, 2, 255, 4, 1, 2, 255));
});

test('CIFAR-10 as PNG (kaggle, pjreddie): colours are three values a pixel', async () => {
  const colour = Array.from({ length: 12 }, (_, i) => 20 * i);
  const content = { 'cat/1.png': png(2, 2, colour, true), 'dog/1.png': picture(1) };
  const found = await read(content);
  expect(found.raw.train?.shape).toEqual([2, 2, 3]);
  expect(found.train?.images.subarray(0, 12)).toEqual(Uint8Array.from(colour));
  expect(found.train?.images.subarray(12, 18)).toEqual(Uint8Array.of(1, 1, 1, 1, 1, 1));
});

test('notMNIST (yaroslavvb): damaged, empty and unequal pictures are refused by name', async () => {
  const whole = picture(1);
  await refused(
    { 'A/a.png': whole, 'A/b.png': whole.subarray(0, 40) },
    {},
    /^damaged: .*A\/b.png must be a PNG image that can be read; got '/,
  );
  await refused(
    { 'A/a.png': whole, 'A/b.png': '' },
    {},
    /A\/b.png must be a PNG image; got other bytes in a file called b.png$/,
  );
  await refused(
    { 'A/a.png': whole, 'B/b.png': png(3, 2, [0, 0, 0, 0, 0, 0]) },
    {},
    /B\/b.png must be 2 × 2, as the first picture; got 3 × 2: bring all to one size$/,
  );
  await refused(
    { 'A/a.jpg': 'x', 'A/b.png': whole },
    {},
    /A\/a.jpg must be a PNG image; got .jpg: convert it, or leave it out$/,
  );
  await refused({ 'a.txt': 'x' }, {}, /must hold a folder of PNG images for each class; got none$/);
});

test('files made by another language: what Python’s zipfile packs as numpy.savez_compressed does (zip64), and a PNG of zlib', async () => {
  const archive = [
    'UEsDBC0AAAAIAAAAIQCi2+IU//////////8FABQAeC5ucHkBABAAiAAAAAAAAABPAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6l',
    'oF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CiCkqaNQq0Ae4GIwSpl24pdOHABQSwMELQAAAAgAAAAhAIze',
    'M+D//////////wUAFAB5Lm5weQEAEACQAAAAAAAAAEoAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNpoa6joJ6WX1RSlJgX',
    'n1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQALmYGCGCE0gBQSwECLQMtAAAACAAAACEAotviFE8AAACIAAAABQAAAAAAAAAA',
    'AAAAgAEAAAAAeC5ucHlQSwECLQMtAAAACAAAACEAjN4z4EoAAACQAAAABQAAAAAAAAAAAAAAgAGGAAAAeS5ucHlQSwUGAAAAAAIA',
    'AgBmAAAABwEAAAAA',
  ].join('');
  const picture =
    'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR4nGNgZmRg+g8AARwBBrbsxicAAAAASUVORK5CYII=';
  expect(await read({ 'a.npz': Buffer.from(archive, 'base64') }, { file: 'a.npz' })).toMatchObject({
    ...{
      classNames: ['1', '3'],
      train: { width: 4, images: bytes([2, 2, 2]).data, labels: Uint8Array.of(1, 0) },
    },
  });
  const found = await read({ 'one/1.png': Buffer.from(picture, 'base64') });
  expect(found.train).toMatchObject({ width: 4, images: Uint8Array.of(3, 1, 2, 255) });
});
