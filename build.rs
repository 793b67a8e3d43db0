//! Embeds what the pages need: style sheets joined into one `app.css`, scripts and pictures under hashed names and
//! already compressed, the templates, and the translations. Plain Rust, no other build tool.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed build should say where")]
#![allow(clippy::disallowed_methods, reason = "cargo tells a build script where to write by environment")]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The cascade layers in their order. A style sheet belongs to the layer that its name begins with.
const LAYERS: [&str; 6] = ["reset", "base", "layout", "components", "pages", "utilities"];

/// The line of `app.js` that becomes the table of modules.
const MODULES_LINE: &str = "const modules = {};";

struct Source {
    /// Path below `static/`, such as `css/app.css`.
    name: String,
    body: Vec<u8>,
}

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=static");
    println!("cargo:rerun-if-changed=templates");
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap());
    let out = PathBuf::from(std::env::var("OUT_DIR").unwrap());

    let mut sources = vec![Source { name: "css/app.css".into(), body: style_sheet(&root.join("static/css")) }];
    sources.extend(files(&root.join("static/img")).into_iter().map(|p| source(&root, &p)));
    let scripts: Vec<Source> = files(&root.join("static/js")).into_iter().map(|p| source(&root, &p)).collect();
    let (apps, modules): (Vec<_>, Vec<_>) = scripts.into_iter().partition(|s| s.name == "js/app.js");
    let table: Vec<String> =
        modules.iter().map(|s| format!("\"{}\":\"/static/{}\"", stem(&s.name), hashed(s))).collect();
    sources.extend(modules);
    for mut app in apps {
        let text = String::from_utf8(app.body).unwrap();
        assert!(text.contains(MODULES_LINE), "static/js/app.js lacks the line `{MODULES_LINE}`");
        app.body = text.replace(MODULES_LINE, &format!("const modules = {{{}}};", table.join(","))).into_bytes();
        sources.push(app);
    }
    fs::write(out.join("assets.rs"), assets(&out, &sources)).unwrap();
    fs::write(out.join("templates.rs"), texts(&root.join("templates"))).unwrap();
}

/// All style sheets in one, each wrapped in the layer its name begins with, without comments and indentation.
fn style_sheet(dir: &Path) -> Vec<u8> {
    let mut css = format!("@layer {};\n", LAYERS.join(","));
    let all = files(dir);
    for path in &all {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let layer = stem.split('-').next().unwrap();
        assert!(LAYERS.contains(&layer), "static/css/{stem}.css: no layer is called {layer}");
    }
    for layer in LAYERS {
        for path in &all {
            let stem = path.file_stem().unwrap().to_str().unwrap();
            if stem.split('-').next() == Some(layer) {
                let text = fs::read_to_string(path).unwrap();
                writeln!(css, "@layer {layer}{{\n{}}}", squeeze(&text)).unwrap();
            }
        }
    }
    css.into_bytes()
}

/// Drops comments, indentation and empty lines. No style sheet here holds `/*` in a string.
fn squeeze(css: &str) -> String {
    let mut text = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("/*") {
        text.push_str(&rest[..start]);
        let end = rest[start..].find("*/").expect("a comment that does not end") + start + 2;
        rest = &rest[end..];
    }
    text.push_str(rest);
    text.lines().map(str::trim).filter(|l| !l.is_empty()).fold(String::new(), |all, line| all + line + "\n")
}

fn source(root: &Path, path: &Path) -> Source {
    let name = path.strip_prefix(root.join("static")).unwrap().to_str().unwrap().to_owned();
    Source { name, body: fs::read(path).unwrap() }
}

fn stem(name: &str) -> &str {
    Path::new(name).file_stem().unwrap().to_str().unwrap()
}

/// `css/app.css` with the beginning of its content's hash before the ending.
fn hashed(source: &Source) -> String {
    let hash = Sha256::digest(&source.body).iter().take(5).fold(String::new(), |text, b| text + &format!("{b:02x}"));
    let (path, ending) = source.name.rsplit_once('.').unwrap();
    format!("{path}.{hash}.{ending}")
}

fn assets(out: &Path, sources: &[Source]) -> String {
    let mut code = String::from("/// Everything below `/static/`, by name.\npub(super) static ASSETS: &[Asset] = &[\n");
    let mut order: Vec<&Source> = sources.iter().collect();
    order.sort_by(|a, b| a.name.cmp(&b.name));
    for source in order {
        let flat = source.name.replace('/', "_");
        let plain = out.join(&flat);
        fs::write(&plain, &source.body).unwrap();
        let packed = out.join(format!("{flat}.br"));
        let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
        writer.write_all(&source.body).unwrap();
        fs::write(&packed, writer.into_inner()).unwrap();
        let mime = match source.name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("png") => "image/png",
            Some("webmanifest") => "application/manifest+json",
            other => panic!("static/{}: no media type for {other:?}", source.name),
        };
        writeln!(
            code,
            "Asset {{ name: {:?}, path: {:?}, mime: {mime:?}, body: include_bytes!({plain:?}), brotli: include_bytes!({packed:?}) }},",
            source.name,
            format!("/static/{}", hashed(source)),
        )
        .unwrap();
    }
    code + "];\n"
}

/// The templates and the translations as tables of (name, text).
fn texts(dir: &Path) -> String {
    let mut templates =
        String::from("/// Every template by its name.\npub(super) static TEMPLATES: &[(&str, &str)] = &[\n");
    let mut locales = String::from(
        "/// Every translation file: language, name, text.\npub(super) static LOCALES: &[(&str, &str, &str)] = &[\n",
    );
    for path in files(dir) {
        let name = path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned();
        if let Some(file) = name.strip_prefix("locales/") {
            let (lang, file) = file.split_once('/').expect("templates/locales/<language>/<file>.ftl");
            writeln!(locales, "({lang:?}, {file:?}, include_str!({path:?})),").unwrap();
        } else if name.ends_with(".html") || name.ends_with(".txt") {
            writeln!(templates, "({name:?}, include_str!({path:?})),").unwrap();
        }
    }
    templates + "];\n" + &locales + "];\n"
}

/// All files below a folder, sorted, hidden ones left out.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(dir) else { return found };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_str().unwrap().starts_with('.') {
            continue;
        }
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}
