// Looks at the page as someone does who cannot see it well, or has no mouse.
// Evaluates to what is wrong, a line each.
(() => {
	const problems = [];
	const check = (ok, text) => { if (!ok && problems.length < 40) problems.push(text); };
	const all = (selector) => [...document.querySelectorAll(selector)];
	const brief = (e) => e.outerHTML.replace(/\s+/g, " ").slice(0, 90);

	check(document.documentElement.lang, "the page has no language");
	check(document.title.trim(), "the page has no title");

	const headings = all("h1, h2, h3, h4, h5, h6");
	check(headings.filter((h) => h.tagName === "H1").length === 1, "there is not one h1");
	headings.reduce((last, h) => {
		const level = Number(h.tagName[1]);
		check(level <= last + 1, `heading skips a level: ${brief(h)}`);
		check(h.textContent.trim(), `heading is empty: ${brief(h)}`);
		return level;
	}, 0);

	check(all("main").length === 1, "there is not one main landmark");
	all("nav, [role=region]").forEach((e) => check(e.ariaLabel, `landmark has no label: ${brief(e)}`));
	const labels = all("[role=region]").map((e) => e.ariaLabel);
	check(new Set(labels).size === labels.length, `landmarks share a label: ${labels.find((l, i) => labels.indexOf(l) !== i)}`);
	const first = document.querySelector("a[href], button, summary, [tabindex='0']");
	check(first && first.matches("a[href='#main']"), "the first thing to focus is no skip link");
	all("[tabindex]").forEach((e) => check(e.tabIndex <= 0, `order of focus is changed: ${brief(e)}`));

	all("table").forEach((t) => {
		check(t.caption && t.caption.textContent.trim(), `table has no caption: ${brief(t)}`);
		t.querySelectorAll("th").forEach((h) => check(h.scope, `table header has no scope: ${brief(h)}`));
		[...t.tBodies].forEach((b) => [...b.rows].forEach((r) => check(r.cells[0].tagName === "TH", `row has no header: ${brief(r)}`)));
	});
	all(".mark, .cell").forEach((e) => check(/\p{L}{2}|\d/u.test(e.textContent), `nothing but a colour: ${brief(e)}`));

	const ids = all("[id]").map((e) => e.id);
	check(new Set(ids).size === ids.length, `id is there twice: ${ids.find((id, i) => ids.indexOf(id) !== i)}`);
	const known = new Set(ids);
	for (const name of ["aria-labelledby", "aria-describedby", "popovertarget"]) {
		all(`[${name}]`).forEach((e) => e.getAttribute(name).split(" ").forEach((id) => check(known.has(id), `${name} leads nowhere: ${brief(e)}`)));
	}
	all("a[href^='#']").forEach((a) => check(known.has(a.getAttribute("href").slice(1)), `link leads nowhere: ${brief(a)}`));

	all("details").forEach((d) => { d.open = true; });
	all("*").filter((e) => e.scrollWidth > e.clientWidth && /auto|scroll/.test(getComputedStyle(e).overflowX))
		.forEach((e) => check(e.tabIndex === 0 && e.role === "region", `scrolls without a keyboard: ${brief(e)}`));
	check(document.documentElement.scrollWidth <= innerWidth, `the page is ${document.documentElement.scrollWidth} wide in a window of ${innerWidth}`);

	all("a[href], button, summary, [tabindex='0']").filter((e) => e.checkVisibility()).forEach((e) => {
		e.focus();
		const style = getComputedStyle(e);
		check(document.activeElement === e, `cannot be focused: ${brief(e)}`);
		check(style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, `focus cannot be seen: ${brief(e)}`);
	});

	// WCAG 2.2, success criteria 1.4.3 and 1.4.11.
	const parse = (color) => {
		const [r, g, b, a = 1] = (color.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number); // none at all is clear
		return { rgb: [r, g, b], a };
	};
	const luminance = (rgb) => {
		const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const contrast = (a, b) => {
		const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
		return (high + 0.05) / (low + 0.05);
	};
	const grounds = new Map();
	const ground = (e) => {
		if (!e) return matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
		if (!grounds.has(e)) {
			const { rgb, a } = parse(getComputedStyle(e).backgroundColor);
			grounds.set(e, a === 1 ? rgb : ground(e.parentElement).map((v, i) => a * rgb[i] + (1 - a) * v));
		}
		return grounds.get(e);
	};
	const texts = new Set();
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walker.nextNode()) {
		const e = walker.currentNode.parentElement;
		if (walker.currentNode.data.trim() && !e.matches("svg title, svg desc")) texts.add(e);
	}
	for (const e of texts) {
		const style = getComputedStyle(e);
		const size = parseFloat(style.fontSize);
		const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
		const { rgb, a } = parse(e instanceof SVGElement ? style.fill : style.color);
		const ratio = contrast(rgb.map((v, i) => a * v + (1 - a) * ground(e)[i]), ground(e));
		check(ratio >= (large ? 3 : 4.5), `contrast is ${ratio.toFixed(2)}: ${brief(e)}`);
		check(size >= 9, `text of ${size} px: ${brief(e)}`);
	}
	all("svg circle, svg rect, svg path, svg .spread").forEach((e) => {
		const style = getComputedStyle(e);
		const ratio = contrast(parse(e.matches(".spread") ? style.stroke : style.fill).rgb, ground(e));
		check(ratio >= 3, `contrast of a shape is ${ratio.toFixed(2)}: ${brief(e)}`);
	});
	return problems;
})()
