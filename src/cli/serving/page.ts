/** The live page: what its script fills in has its room from the start, so that nothing moves while it is live. */
export const pageHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>forwardflow live</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="live.css">
<script src="live.js" defer></script>
</head>
<body>
<header>
<h1>forwardflow <span>live</span></h1>
<p id="state" role="status">connecting …</p>
</header>
<main>
<noscript>This page needs its script, which comes from the same address and from nowhere else.</noscript>
<section id="run" aria-labelledby="run-title" hidden>
<div class="head">
<h2 id="run-title">Run</h2>
<label id="network-choice" hidden>network <select id="network"></select></label>
</div>
<p id="command"></p>
<div id="pipeline" role="group" aria-label="stages of the pipeline, and what lies on the edges between them"></div>
<p class="note" id="flow-note"></p>
<dl id="figures">
<div><dt>learned</dt><dd id="samples">–</dd></div>
<div><dt>throughput</dt><dd id="throughput">–</dd></div>
<div><dt>latency p50</dt><dd id="p50">–</dd></div>
<div><dt>latency p99</dt><dd id="p99">–</dd></div>
<div><dt>running accuracy</dt><dd id="accuracy">–</dd></div>
</dl>
<form id="controls" aria-label="controls of the running stream">
<button type="button" id="pause" aria-pressed="false">Pause</button>
<label for="capacity">capacity <output id="capacity-value">as planned</output>
<input type="range" id="capacity" min="1" max="2" step="1" value="2"></label>
<label for="rate">offered rate <output id="rate-value">as planned</output>
<input type="range" id="rate" min="0" max="60" step="1" value="60"></label>
<label for="noise">noise <output id="noise-value">none</output>
<input type="range" id="noise" min="0" max="100" step="1" value="0"></label>
<p class="note" id="controls-note"></p>
</form>
</section>
<section id="ended" aria-labelledby="ended-title" hidden>
<h2 id="ended-title">Result</h2>
<p id="ended-text"></p>
<div class="scrolls" tabindex="0" role="region" aria-label="result of each network"><table id="summary"></table></div>
</section>
<section id="charts" aria-labelledby="charts-title" hidden>
<h2 id="charts-title">Curves</h2>
<div id="plots"></div>
</section>
<section aria-labelledby="past-title">
<h2 id="past-title">Past runs</h2>
<div class="scrolls" tabindex="0" role="region" aria-label="list of past runs"><table id="past"></table></div>
<p class="note" id="past-note"></p>
</section>
</main>
</body>
</html>
`;
