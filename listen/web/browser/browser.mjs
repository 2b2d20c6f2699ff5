// Drives a browser for TestBrowser. SITE is where the site of the test is, CHROMIUM the
// program to run, and SCREENSHOTS, if set, a directory for pictures. It prints what is wrong
// and exits with 1, or with 0.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const { SITE, CHROMIUM, SCREENSHOTS } = process.env;

let problems = 0;
function problem(...words) {
	problems++;
	console.log(...words);
}
function equal(got, want, what) {
	if (got !== want) problem(`${what}: ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
}

// What a page may say in the console. Nothing, but for the refusals that a step is about.
let allowed = [];

function watch(page) {
	page.setDefaultTimeout(60_000); // the machine may be busy
	page.on("dialog", (dialog) => {
		problem("dialog at", page.url(), dialog.message());
		dialog.dismiss();
	});
	page.on("pageerror", (error) => problem("error at", page.url(), error.message));
	page.on("console", (message) => {
		if (["error", "warning"].includes(message.type()) && !allowed.some((a) => message.text().includes(a))) {
			problem("console at", page.url(), message.text());
		}
	});
	page.on("request", (request) => {
		if (!request.url().startsWith(SITE + "/")) problem("request to", request.url());
		if (request.url().includes("stolen")) problem("a script has run:", request.url());
	});
	return page;
}

async function open(page, path) {
	const response = await page.goto(SITE + path);
	return response.status();
}

// tabTo presses Tab until a link or field with that name has the focus.
async function tabTo(page, name) {
	for (let i = 0; i < 60; i++) {
		await page.keyboard.press("Tab");
		const focused = await page.evaluate(() => {
			const e = document.activeElement;
			const label = e.labels?.[0] ?? e;
			return (label.querySelector(".name") ?? label).textContent.trim();
		});
		if (focused === name) return;
	}
	problem(`no way to ${JSON.stringify(name)} by Tab at ${page.url()}`);
}

async function follow(page, name) {
	await tabTo(page, name);
	await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

const title = (page) => page.locator("h1").textContent();

async function byKeyboard(page) {
	equal(await open(page, "/"), 200, "the root");
	equal(await title(page), "The burrow", "title of the root");
	await follow(page, "Documents");
	await follow(page, "deeper");
	await follow(page, "deepest");
	equal(await title(page), "deepest", "title three menus deep");
	equal(new URL(page.url()).pathname, "/1/docs/deeper/deepest", "path three menus deep");
	await follow(page, "Home");
	equal(await title(page), "The burrow", "title after Home");
	await tabTo(page, "Look for something");
	await page.keyboard.type('moles & "gophers" <b>');
	await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
	equal((await page.locator("pre.info").textContent()).trim(), 'You asked for: moles & "gophers" <b>', "answer to a search");
	equal(await page.locator("input[name=q]").inputValue(), 'moles & "gophers" <b>', "field of the search");
}

async function content(page) {
	await open(page, "/");
	await page.getByText("A picture", { exact: true }).click();
	await page.waitForURL("**/I/picture.png");
	equal(await page.locator("img").evaluate(async (img) => (await img.decode(), img.naturalWidth)), 16, "width of the picture");
	await open(page, "/");
	const [download] = await Promise.all([page.waitForEvent("download"), page.getByText("Data", { exact: true }).click()]);
	equal(download.suggestedFilename(), 'dä "ta.bin'.replace('"', "_"), "name of the download");
	const got = readFileSync(await download.path());
	const want = Buffer.alloc(102_400, Uint8Array.from({ length: 256 }, (_, i) => i));
	equal(got.equals(want), true, "the download is what is served");
	await open(page, "/0/about.txt");
	equal(await page.locator("pre.text a").first().getAttribute("href"), "https://example.org/", "link in a text");
	await open(page, "/odd");
	equal(new URL(page.url()).pathname, "/1/odd", "where a bare path leads");
	for (const link of await page.locator("ul.menu a").all()) {
		const selector = (await link.locator(".name").textContent()).slice(1, -1);
		const path = await link.evaluate((a) => a.pathname);
		const response = await page.request.get(SITE + path);
		equal(await response.text(), selector, `selector of ${path}`);
	}
	allowed = ["status of 404"];
	equal(await open(page, "/0/none"), 404, "status of what is not there");
	equal(await page.locator("p.error").textContent(), "Not found.", "text of what is not there");
	allowed = [];
}

async function hostile(page) {
	await page.context().addCookies([{ name: "secret", value: "cookie", url: SITE }]);
	const name = "<img src=x onerror=alert(1)>.txt";
	await open(page, "/1/hostile");
	await page.getByText(name, { exact: true }).click();
	equal(await page.locator("pre.text").textContent(), "</pre><script>alert(2)</script>", "a hostile text");
	equal(await title(page), name, "title of a hostile name");
	await open(page, "/1/hostile");
	await page.getByText("selector", { exact: true }).click();
	equal((await page.locator("pre.info").textContent()).trim(), '"><script>alert(3)</script>', "a hostile selector");
	await open(page, "/7/find?q=" + encodeURIComponent('"><img src=x onerror=alert(4)>'));
	await open(page, "/1/hostile");
	equal(await page.locator("a", { hasText: /script (one|two|three)/ }).count(), 0, "links of javascript: items");
	allowed = ["Blocked script execution", "Content Security Policy"];
	for (const path of ["/h/evil.html", "/I/evil.svg?raw", "/h/evil.svg"]) {
		equal(await open(page, path), 200, path);
		await page.waitForLoadState("networkidle");
	}
	for (const path of ["/h/styled/page.html", "/h/styled/root.html"]) {
		equal(await open(page, path), 200, path);
		equal(await page.evaluate(() => getComputedStyle(document.querySelector("p")).color), "rgb(1, 2, 3)", `the style of ${path}`);
		equal(await page.evaluate(() => document.querySelector("img").naturalWidth), 16, `the picture of ${path}`);
	}
	allowed.push("sandboxed");
	equal(await open(page, "/h/redirect.html"), 200, "/h/redirect.html");
	await page.waitForTimeout(1500); // it would lead away at once
	equal(new URL(page.url()).pathname, "/h/redirect.html", "where a page of the site leads");
	await open(page, "/h/evil.svg");
	equal(await page.evaluate(() => document.querySelectorAll("script").length), 1, "scripts that did not run");
	allowed = [];
	await open(page, "/I/evil.svg");
	await page.waitForLoadState("networkidle");
	allowed = ["frame-ancestors", "X-Frame-Options", "Framing"]; // no page can be shown inside another one
	await page.goto("about:blank");
	await page.setContent(`<iframe src="${SITE}/"></iframe>`);
	await page.waitForLoadState("networkidle");
	equal(await page.frames()[1].getByText("The burrow").count(), 0, "pages in a frame of another site");
	allowed = [];
}

const pages = {
	root: "/", art: "/1/art", menu: "/1/mixed", text: "/0/about.txt", search: "/7/find", found: "/7/find?q=moles",
	error: "/0/none", image: "/I/picture.png", sound: "/s/sound.ogg", hostile: "/1/hostile", wide: "/0/wide.txt",
};
const sizes = { wide: { width: 1000, height: 700 }, narrow: { width: 320, height: 640 } };

async function accessible(page) {
	allowed = ["status of 404"];
	for (const [name, path] of Object.entries(pages)) {
		for (const colorScheme of ["light", "dark"]) {
			for (const [size, viewport] of Object.entries(sizes)) {
				await page.emulateMedia({ colorScheme });
				await page.setViewportSize(viewport);
				await open(page, path);
				await page.evaluate(axe);
				const { violations } = await page.evaluate(() =>
					window.axe.run(document, { preload: false, resultTypes: ["violations"], rules: { "target-size": { enabled: true } } }));
				for (const v of violations) {
					problem(`${name}, ${colorScheme}, ${size}: ${v.impact}: ${v.id}: ${v.nodes.map((n) => n.html).join("\n")}`);
				}
				const over = await page.evaluate(() => {
					const root = document.documentElement;
					const wide = [...document.querySelectorAll("body *:not(pre, pre *, .kind)")].filter((e) => e.getBoundingClientRect().right > root.clientWidth + 0.5);
					return root.scrollWidth > root.clientWidth ? `scrolls by ${root.scrollWidth - root.clientWidth}` : wide.map((e) => e.outerHTML.slice(0, 80)).join("\n");
				});
				if (over) problem(`${name}, ${size}: ${over}`);
			}
		}
	}
	allowed = [];
}

async function screenshots(page) {
	allowed = ["status of 404"];
	await page.setViewportSize({ width: 760, height: 520 });
	for (const colorScheme of ["light", "dark"]) {
		await page.emulateMedia({ colorScheme });
		for (const name of ["root", "art", "text", "found", "error"]) {
			await open(page, pages[name]);
			await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}.png`) });
		}
	}
	allowed = [];
}

const profile = mkdtempSync(join(tmpdir(), "gopherframe-browser-"));
const context = await chromium.launchPersistentContext(profile, {
	executablePath: CHROMIUM,
	headless: true,
	timeout: 120_000,
	args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync"],
});
try {
	const page = watch(context.pages()[0] ?? (await context.newPage()));
	for (const step of [byKeyboard, content, hostile, accessible, ...(SCREENSHOTS ? [screenshots] : [])]) {
		try {
			await step(page);
		} catch (error) {
			problem(`${step.name}: ${error.stack}`);
		}
		allowed = [];
	}
} finally {
	await context.close();
	rmSync(profile, { recursive: true, force: true });
}
console.log(problems ? `${problems} problems` : "all is well");
process.exit(problems ? 1 : 0);
