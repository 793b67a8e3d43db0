//! A person in front of the browser: reads, presses what is called so, types into what is labelled so.

use std::path::Path;
use std::time::{Duration, Instant};

use fantoccini::elements::{Element, ElementRef};
use fantoccini::key::Key;
use serde_json::{Value, json};

use super::driver::Driver;
use crate::support::app::TestApp;
use crate::support::need;

/// How long something may take to appear. Machines that run tests are busy.
const PATIENCE: Duration = Duration::from_secs(30);
const GLANCE: Duration = Duration::from_millis(25);

/// Finds what is called so among what is shown: the whole name first, then its beginning.
const FIND: &str = r"
const [selector, name, scope] = arguments;
const text = (e) => e.innerText.replace(/\s+/g, ' ').trim();
const root = scope ? document.querySelector(scope) : document;
const all = [...(root?.querySelectorAll(selector) ?? [])].filter((e) => e.checkVisibility());
return all.find((e) => text(e) === name) ?? all.find((e) => text(e).startsWith(name)) ?? null;
";

/// The control that a label (or a legend, for a group) belongs to.
const LABELLED: &str = r"
const [name, scope] = arguments;
const text = (e) => e.innerText.replace(/\s+/g, ' ').trim();
const root = scope ? document.querySelector(scope) : document;
const all = [...(root?.querySelectorAll('label') ?? [])].filter((e) => e.control && e.control.checkVisibility());
const label = all.find((e) => text(e) === name) ?? all.find((e) => text(e).startsWith(name));
return label?.control ?? null;
";

/// Whether the page and every script it asks for have been loaded and run.
const READY: &str = r"
const done = arguments[arguments.length - 1];
const names = new Set([...document.querySelectorAll('[data-module]')].flatMap((e) => e.dataset.module.split(' ')));
const urls = performance.getEntriesByType('resource').map((e) => e.name);
const wanted = [...names].map((name) => urls.find((url) => url.includes(`/static/js/${name}.`)));
if (document.readyState !== 'complete' || wanted.includes(undefined)) done(false);
else Promise.all(wanted.map((url) => import(url))).then(() => done(true), (e) => done(String(e)));
";

/// Every violation with the elements that it is about.
const AXE: &str = r"
const done = arguments[arguments.length - 1];
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }).then(
  ({ violations }) => done(violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id} (${help}): ${node.html}\n    ${node.failureSummary.replaceAll('\n', ' ')}`))),
  (error) => done([String(error)]),
);
";

/// The elements that reach beyond the right edge.
const STICKS_OUT: &str = r"
return [...document.querySelectorAll('main *, header *, nav *, footer *, aside *')]
  .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest('.sr'))
  .slice(0, 5).map((e) => e.outerHTML.slice(0, 200)).join(' | ')";

/// The cookies of one signed-in person.
#[derive(Clone, Default)]
pub struct Jar(Vec<Value>);

/// The browser and who sits before it.
pub struct Person {
    pub driver: Driver,
    pub base: String,
    pub scripts: bool,
    /// The accessibility checker, where there is one.
    axe: Option<String>,
    shots: Option<std::path::PathBuf>,
    size: (u32, u32),
}

/// A phone and a desk.
pub const PHONE: (u32, u32) = (360, 740);
pub const DESK: (u32, u32) = (1280, 900);

impl Person {
    /// Opens a browser on the portal.
    pub async fn before(t: &TestApp, programs: &need::Browser, scripts: bool, size: (u32, u32)) -> Self {
        let driver = Driver::start(programs).await;
        let one = Self { driver, base: t.base.clone(), scripts, axe: need::axe(), shots: need::shots(), size };
        one.sit_down().await;
        one
    }

    /// Makes the window (each new one) as large as it is to be, and switches off scripts where there are to be none.
    pub async fn sit_down(&self) {
        self.resize(self.size).await;
        self.forbid_scripts(!self.scripts).await;
    }

    async fn forbid_scripts(&self, forbidden: bool) {
        self.cdp("Emulation.setScriptExecutionDisabled", json!({"value": forbidden})).await;
    }

    pub fn client(&self) -> &fantoccini::Client {
        &self.driver.client
    }

    async fn execute(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.driver.client.execute(script, arguments).await.unwrap_or_else(|e| panic!("{e}\nin {script}"))
    }

    /// Asks the page something.
    pub async fn ask(&self, script: &str) -> Value {
        self.execute(script, vec![]).await
    }

    /// Waits until `script` says something that is neither false nor nothing.
    pub async fn wait(&self, what: &str, script: &str, arguments: &[Value]) -> Value {
        let begun = Instant::now();
        loop {
            // A page that is just going away answers with an error: look again.
            if let Ok(value) = self.driver.client.execute(script, arguments.to_vec()).await
                && !matches!(value, Value::Null | Value::Bool(false))
            {
                return value;
            }
            if begun.elapsed() > PATIENCE {
                let (address, text) = (self.address().await, self.text().await);
                panic!("waited in vain for {what} on {address}:\n{text}");
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    async fn element(&self, what: &str, script: &str, arguments: &[Value]) -> Element {
        let found = self.wait(what, script, arguments).await;
        let id = found.as_object().and_then(|map| map.values().next()).and_then(Value::as_str).expect("an element");
        Element::from_element_id(self.driver.client.clone(), ElementRef::from(id.to_owned()))
    }

    /// Opens an address of the portal.
    pub async fn open(&self, path: &str) {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        self.driver.client.goto(&url).await.unwrap_or_else(|e| panic!("{path}: {e}"));
        self.settled().await;
    }

    /// Waits until the page and its scripts are there.
    pub async fn settled(&self) {
        if !self.scripts {
            self.wait("the page", "return document.readyState === 'complete'", &[]).await;
            return;
        }
        let begun = Instant::now();
        loop {
            match self.driver.client.execute_async(READY, vec![]).await {
                Ok(Value::Bool(true)) => return,
                Ok(Value::String(wrong)) => panic!("a script of {} failed: {wrong}", self.address().await),
                _ => assert!(begun.elapsed() < PATIENCE, "the scripts of {} do not come", self.address().await),
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// The path and query that the browser is at.
    pub async fn address(&self) -> String {
        let url = self.driver.client.current_url().await.unwrap().to_string();
        url.strip_prefix(&self.base).map_or(url.clone(), str::to_owned)
    }

    /// What can be read on the page.
    pub async fn text(&self) -> String {
        let text = self.ask("return document.body?.innerText ?? ''").await;
        text.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Waits until the page says this.
    pub async fn sees(&self, words: &str) {
        let script = "return document.body.innerText.replace(/\\s+/g, ' ').includes(arguments[0])";
        self.wait(&format!("«{words}»"), script, &[json!(words)]).await;
    }

    /// Whether the page says this now.
    pub async fn reads(&self, words: &str) -> bool {
        self.text().await.contains(words)
    }

    /// Does something that leads to another page, and waits for that.
    async fn leave(&self, element: &Element) {
        self.ask("window.motcuaOld = true").await;
        element.click().await.unwrap_or_else(|e| panic!("{e}"));
        self.wait("another page", "return !window.motcuaOld && document.readyState === 'complete'", &[]).await;
        self.settled().await;
    }

    /// Presses a button or a link that leads to another page.
    pub async fn press(&self, name: &str) {
        self.press_in("main", name).await;
    }

    /// The same, of several with this name the one inside `scope`.
    pub async fn press_in(&self, scope: &str, name: &str) {
        let button = self.named("a[href], button", scope, name).await;
        self.leave(&button).await;
    }

    /// Presses something that stays on the page: a fold, a button of a script.
    pub async fn touch(&self, name: &str) {
        let button = self.named("summary, button, a[href]", "main", name).await;
        button.click().await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }

    async fn named(&self, selector: &str, scope: &str, name: &str) -> Element {
        self.element(&format!("«{name}»"), FIND, &[json!(selector), json!(name), json!(scope)]).await
    }

    /// What a CSS selector finds.
    pub async fn part(&self, selector: &str) -> Element {
        self.element(selector, "return document.querySelector(arguments[0])", &[json!(selector)]).await
    }

    /// The control with this label.
    pub async fn field(&self, label: &str) -> Element {
        self.element(&format!("the field «{label}»"), LABELLED, &[json!(label), json!("")]).await
    }

    /// Types into the field with this label, over what stands there.
    pub async fn fill(&self, label: &str, text: &str) {
        type_over(&self.field(label).await, text).await;
    }

    /// The same inside `scope`.
    pub async fn fill_in(&self, scope: &str, label: &str, text: &str) {
        type_over(&self.field_in(scope, label).await, text).await;
    }

    /// The control with this label inside `scope`.
    pub async fn field_in(&self, scope: &str, label: &str) -> Element {
        self.element(&format!("the field «{label}» in {scope}"), LABELLED, &[json!(label), json!(scope)]).await
    }

    /// Ticks a box or chooses an answer by its label.
    pub async fn choose(&self, label: &str) {
        self.choose_in("", label).await;
    }

    /// The same inside `scope`.
    pub async fn choose_in(&self, scope: &str, label: &str) {
        let what = format!("the choice «{label}»");
        let control = self.element(&what, LABELLED, &[json!(label), json!(scope)]).await;
        if !control.is_selected().await.unwrap() {
            control.click().await.unwrap_or_else(|e| panic!("{label}: {e}"));
        }
    }

    /// Chooses from a list by the label of the list and the beginning of the option.
    pub async fn pick(&self, label: &str, option: &str) {
        let list = self.field(label).await;
        let script = "return [...arguments[0].options].find((o) => o.text.startsWith(arguments[1])) ?? null";
        let control = serde_json::to_value(&list).unwrap();
        let found = self.element(&format!("{option} in {label}"), script, &[control, json!(option)]).await;
        found.click().await.unwrap();
    }

    /// Answers a question of an e-form by its name, as its kind of control wants it.
    pub async fn answer(&self, name: &str, value: &str) {
        let script = "const all = [...document.getElementsByName(arguments[0])].filter((e) => e.type !== 'hidden');
            const one = all.find((e) => e.value === arguments[1] && ['radio', 'checkbox'].includes(e.type)) ?? all[0];
            return one ? [one, one.type, one.readOnly || one.disabled] : null;";
        let found = self.wait(name, script, &[json!(name), json!(value)]).await;
        let id = found[0].as_object().and_then(|m| m.values().next()).and_then(Value::as_str).unwrap().to_owned();
        let control = Element::from_element_id(self.driver.client.clone(), ElementRef::from(id));
        if found[2] == json!(true) {
            return;
        }
        match found[1].as_str().unwrap() {
            "radio" | "checkbox" => {
                if control.is_selected().await.unwrap() != (value != "false") {
                    control.click().await.unwrap_or_else(|e| panic!("{name}: {e}"));
                }
            }
            "select-one" => {
                let script = "return [...arguments[0].options].find((o) => o.value === arguments[1]) ?? null";
                let what = format!("the option {value} of {name}");
                let list = serde_json::to_value(&control).unwrap();
                self.element(&what, script, &[list, json!(value)]).await.click().await.unwrap();
            }
            _ => type_over(&control, value).await,
        }
    }

    /// Chooses a file in the file field of this label.
    pub async fn choose_file(&self, label: &str, file: &Path) {
        self.choose_file_in("", label, file).await;
    }

    /// The same inside `scope`.
    pub async fn choose_file_in(&self, scope: &str, label: &str, file: &Path) {
        let input = self.field_in(scope, label).await;
        input.send_keys(&file.display().to_string()).await.unwrap_or_else(|e| panic!("{label}: {e}"));
    }

    /// Presses keys on the page itself.
    pub async fn keys(&self, keys: &str) {
        self.driver.client.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    /// Where a link leads, by its name.
    pub async fn link(&self, name: &str) -> String {
        let link = self.named("a[href]", "", name).await;
        link.prop("href").await.unwrap().unwrap()
    }

    /// The cookies as the browser sends them.
    pub async fn cookies(&self) -> String {
        let cookies = self.driver.client.get_all_cookies().await.unwrap();
        cookies.iter().map(|c| format!("{}={}", c.name(), c.value())).collect::<Vec<_>>().join("; ")
    }

    /// Loads a file as the browser would, with its cookies: media type and content.
    pub async fn download(&self, url: &str) -> (String, Vec<u8>) {
        let url = if url.starts_with('/') { format!("{}{url}", self.base) } else { url.to_owned() };
        let request = reqwest::Client::new().get(&url).header("cookie", self.cookies().await);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{url}");
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        (kind, answer.bytes().await.unwrap().to_vec())
    }

    /// Loads what a link with this name leads to, which must be a PDF.
    pub async fn pdf(&self, name: &str) -> Vec<u8> {
        let url = self.link(name).await;
        let (kind, content) = self.download(&url).await;
        assert_eq!(kind, "application/pdf", "{url}");
        assert!(content.starts_with(b"%PDF-"), "{url}");
        content
    }

    /// Another person sits down: the browser forgets one's cookies and takes the other's. Answers the former's.
    pub async fn change(&self, next: &Jar) -> Jar {
        let old = self.driver.command("goog/cdp/execute", &cdp("Network.getCookies", json!({}))).await;
        self.cdp("Network.clearBrowserCookies", json!({})).await;
        if !next.0.is_empty() {
            self.cdp("Network.setCookies", json!({"cookies": next.0})).await;
        }
        let kept = old["cookies"].as_array().cloned().unwrap_or_default().into_iter().map(|c| {
            json!({"name": c["name"], "value": c["value"], "domain": c["domain"], "path": c["path"],
                   "httpOnly": c["httpOnly"], "secure": c["secure"]})
        });
        Jar(kept.collect())
    }

    /// A command of the browser's own protocol.
    pub async fn cdp(&self, name: &str, parameters: Value) -> Value {
        self.driver.command("goog/cdp/execute", &cdp(name, parameters)).await
    }

    /// Changes to a phone or a desk.
    pub async fn stand_at(&mut self, size: (u32, u32)) {
        self.size = size;
        self.resize(size).await;
    }

    pub async fn resize(&self, (width, height): (u32, u32)) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.cdp("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// What the console has complained about since it was last asked.
    pub async fn complaints(&self) -> Vec<String> {
        let lines = self.driver.command("se/log", &json!({"type": "browser"})).await;
        let lines = lines.as_array().cloned().unwrap_or_default().into_iter();
        let bad = lines.filter(|line| matches!(line["level"].as_str(), Some("SEVERE" | "WARNING")));
        let text = bad.map(|line| line["message"].as_str().unwrap_or_default().to_owned());
        // A page that says what was wrong comes with a status of 4xx, which the console repeats.
        text.filter(|line| line.contains("/static/") || !line.contains("responded with a status of 4")).collect()
    }

    /// Nothing was wrong so far.
    pub async fn console_is_clean(&self) {
        let complaints = self.complaints().await;
        assert!(complaints.is_empty(), "{}: {complaints:#?}", self.address().await);
    }

    /// Looks at the page as it is now: nothing hinders anybody, nothing sticks out at the side; pictures are taken at
    /// 360 and 1280 px, where `MOTCUA_TEST_SHOTS` says where to.
    pub async fn look(&self, name: &str) {
        let faults = self.faults().await;
        assert!(faults.is_empty(), "{name} at {}:\n{}", self.address().await, faults.join("\n"));
        if self.shots.is_none() {
            return;
        }
        for size in [PHONE, DESK] {
            self.resize(size).await;
            self.snap(name).await;
        }
        self.resize(self.size).await;
    }

    /// Takes a picture of the whole page, where pictures are wanted.
    pub async fn snap(&self, name: &str) {
        let Some(dir) = &self.shots else { return };
        let whole = self.cdp("Page.getLayoutMetrics", json!({})).await["cssContentSize"].clone();
        let clip = json!({"x": 0, "y": 0, "width": whole["width"], "height": whole["height"], "scale": 1});
        let picture = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        let picture = self.cdp("Page.captureScreenshot", picture).await;
        let bytes = data_encoding::BASE64.decode(picture["data"].as_str().unwrap().as_bytes()).unwrap();
        let scripts = if self.scripts { "" } else { "-plain" };
        let wide = self.ask("return document.documentElement.clientWidth").await;
        std::fs::write(dir.join(format!("{name}{scripts}-{wide}.png")), bytes).unwrap();
    }

    /// What hinders somebody on this page: violations of WCAG 2.2 AA, and content that sticks out at the side.
    pub async fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let wide = self.ask("return document.documentElement.scrollWidth").await.as_u64().unwrap();
        if wide > u64::from(self.size.0) {
            let out = self.ask(STICKS_OUT).await;
            faults.push(format!("{wide} px wide in a window of {}: {out}", self.size.0));
        }
        let Some(axe) = &self.axe else { return faults };
        // The checker needs timers; the page's own scripts, once passed over, are not run any more.
        self.forbid_scripts(false).await;
        self.ask(axe).await;
        let found = self.client().execute_async(AXE, vec![]).await;
        self.forbid_scripts(!self.scripts).await;
        let found = found.unwrap_or_else(|e| panic!("axe: {e}"));
        faults.extend(found.as_array().expect("a list of violations").iter().map(|v| v.as_str().unwrap().to_owned()));
        faults
    }
}

fn cdp(name: &str, parameters: Value) -> Value {
    json!({"cmd": name, "params": parameters})
}

async fn type_over(control: &Element, text: &str) {
    let select_all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
    control.send_keys(&format!("{select_all}{}", char::from(Key::Backspace))).await.unwrap_or_else(|e| panic!("{e}"));
    control.send_keys(text).await.unwrap_or_else(|e| panic!("{text}: {e}"));
}
