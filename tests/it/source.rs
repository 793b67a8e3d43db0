//! Reads Rust source just well enough for the architecture rules: text without comments, strings and tests,
//! the functions in it, and the paths that it names.

use std::{collections::BTreeSet, fs, path::Path};

/// One source file.
pub struct Source {
    /// Path below `src/`, with forward slashes.
    pub path: String,
    /// The file as it stands.
    pub raw: String,
    /// Without comments and with empty strings; line numbers unchanged.
    pub code: String,
    /// `code` without test modules; line numbers unchanged.
    pub product: String,
}

/// A function with its size.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    /// Line of the `fn`, from 1.
    pub line: usize,
    /// Lines with code between its braces.
    pub lines: usize,
    /// Arguments, `self` included.
    pub arguments: usize,
}

impl Source {
    pub fn new(path: &str, raw: String) -> Self {
        let code = blank_comments_and_strings(&raw);
        let is_test_file = path.ends_with("/tests.rs") || path.contains("/tests/");
        let product = if is_test_file { String::new() } else { blank_tests(&code) };
        Self { path: path.to_owned(), raw, code, product }
    }

    /// The top module that the file belongs to: `dossiers` of `dossiers/status.rs`.
    pub fn module(&self) -> &str {
        self.path.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// How many modules deep the file's own items are: 1 in `kernel/mod.rs`, 2 in `kernel/text.rs`.
    fn depth(&self) -> usize {
        let parts = self.path.split('/').count();
        if self.path.ends_with("/mod.rs") { parts - 1 } else { parts }
    }

    /// Lines that hold code outside tests.
    pub fn code_lines(&self) -> usize {
        self.product.lines().filter(|line| !line.trim().is_empty()).count()
    }

    /// Top modules named after `crate::`, or after enough `super::` to reach the crate.
    pub fn modules_used(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (at, _) in word_positions(&self.code, "crate") {
            if let Some(rest) = self.code[at + 5..].trim_start().strip_prefix("::") {
                first_segments(rest, &mut found);
            }
        }
        for (at, _) in word_positions(&self.code, "super") {
            if self.code[..at].trim_end().ends_with("super::") {
                continue;
            }
            let (mut rest, mut steps) = (&self.code[at..], 0);
            while let Some(next) =
                rest.trim_start().strip_prefix("super").and_then(|r| r.trim_start().strip_prefix("::"))
            {
                rest = next;
                steps += 1;
            }
            if steps >= self.depth() + self.inline_depth(at) {
                first_segments(rest, &mut found);
            }
        }
        found
    }

    /// How many inline modules (`mod name {`) stand open at `at`.
    fn inline_depth(&self, at: usize) -> usize {
        word_positions(&self.code[..at], "mod")
            .filter(|(start, _)| {
                let open = self.code[*start..].find(['{', ';']).map(|i| start + i);
                open.is_some_and(|open| {
                    open < at && self.code.as_bytes()[open] == b'{' && matching(&self.code, open) > at
                })
            })
            .count()
    }

    /// Whether the code outside tests names `word` as a whole word.
    pub fn names(&self, word: &str) -> bool {
        word_positions(&self.product, word).next().is_some()
    }

    /// The functions outside tests, nested ones included.
    pub fn functions(&self) -> Vec<Function> {
        word_positions(&self.product, "fn").filter_map(|(at, _)| function(&self.product, at)).collect()
    }
}

/// All Rust files below `root`, sorted by path.
pub fn read_all(root: &Path) -> Vec<Source> {
    fn walk(root: &Path, dir: &Path, out: &mut Vec<Source>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                out.push(Source::new(&name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut out = Vec::new();
    walk(root, root, &mut out);
    out.sort_by(|a, b| a.path.cmp(&b.path));
    out
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Where `word` stands as a whole word.
pub fn word_positions<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    text.match_indices(word).filter(move |(at, found)| {
        !text[..*at].chars().next_back().is_some_and(is_word)
            && !text[at + found.len()..].chars().next().is_some_and(is_word)
    })
}

/// The first names of a path or of a braced group of paths.
fn first_segments(rest: &str, out: &mut BTreeSet<String>) {
    let rest = rest.trim_start();
    if rest.starts_with('{') {
        let group = &rest[1..matching(rest, 0)];
        let mut depth = 0;
        let mut start = 0;
        for (i, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    first_segments(&group[start..i], out);
                    start = i + 1;
                }
                _ => {}
            }
        }
        first_segments(&group[start..], out);
        return;
    }
    let name: String = rest.chars().take_while(|c| is_word(*c)).collect();
    if !name.is_empty() {
        out.insert(name);
    }
}

/// Position of the bracket that closes the one at `open`, or the end of the text.
pub fn matching(text: &str, open: usize) -> usize {
    let mut depth = 0_i32;
    for (i, c) in text[open..].char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth -= 1;
                if depth == 0 {
                    return open + i;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// Replaces everything but line ends by spaces.
fn blank(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect()
}

/// Blanks comments and the insides of string and character literals.
fn blank_comments_and_strings(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after_word = out.chars().next_back().is_some_and(is_word);
        let len = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(len) = raw_string(rest).filter(|_| !after_word) {
            len
        } else if c == '"' {
            quoted(rest, '"')
        } else if let Some(len) = character(rest) {
            len
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        let literal = !rest.starts_with('/');
        if literal && len >= 2 {
            out.push('"');
            out.push_str(&blank(&rest[1..len - 1]));
            out.push('"');
        } else {
            out.push_str(&blank(&rest[..len]));
        }
        rest = &rest[len..];
    }
    out
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// Length of a raw string literal at the start of `rest`.
fn raw_string(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = body.chars().take_while(|c| *c == '#').count();
    body[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let start = rest.len() - body.len() + hashes + 1;
    Some(rest[start..].find(&close).map_or(rest.len(), |i| start + i + close.len()))
}

/// Length of a literal that begins and ends with `quote`.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (i, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return i + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Length of a character literal at the start of `rest`; a lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('\'')?;
    let first = inner.chars().next()?;
    if first == '\\' || inner[first.len_utf8()..].starts_with('\'') { Some(quoted(rest, '\'')) } else { None }
}

/// Blanks `#[cfg(test)]` items.
fn blank_tests(code: &str) -> String {
    let mut out = code.to_owned();
    while let Some(at) = out.find("#[cfg(test)]") {
        let end = match out[at + 12..].find(['{', ';']).map(|i| at + 12 + i) {
            Some(open) if out.as_bytes()[open] == b'{' => (matching(&out, open) + 1).min(out.len()),
            Some(semicolon) => semicolon + 1,
            None => out.len(),
        };
        let blanked = blank(&out[at..end]);
        out.replace_range(at..end, &blanked);
    }
    out
}

/// Reads the function whose `fn` stands at `at`; a function pointer type or a signature without a body is none.
fn function(code: &str, at: usize) -> Option<Function> {
    let rest = code[at + 2..].trim_start();
    let name: String = rest.chars().take_while(|c| is_word(*c)).collect();
    if name.is_empty() {
        return None;
    }
    let mut from = code.len() - rest.len() + name.len();
    if code[from..].trim_start().starts_with('<') {
        from = after_generics(code, from);
    }
    let open = from + code[from..].find('(')?;
    let close = matching(code, open);
    let arguments = count_arguments(code.get(open + 1..close)?);
    let mut depth = 0;
    let body = code[close + 1..].char_indices().find_map(|(i, c)| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' | ';' if depth == 0 => return Some((close + 1 + i, c)),
            _ => {}
        }
        None
    })?;
    if body.1 == ';' {
        return Some(Function { name, line: line_of(code, at), lines: 0, arguments });
    }
    let inside = &code[body.0 + 1..matching(code, body.0)];
    let lines = inside.lines().filter(|line| !line.trim().is_empty()).count();
    Some(Function { name, line: line_of(code, at), lines, arguments })
}

fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

/// Position after the `<…>` that follows `from`.
fn after_generics(code: &str, from: usize) -> usize {
    let mut depth = 0;
    let mut before = ' ';
    for (i, c) in code[from..].char_indices() {
        match c {
            '<' => depth += 1,
            '>' if before != '-' => {
                depth -= 1;
                if depth == 0 {
                    return from + i + 1;
                }
            }
            _ => {}
        }
        before = c;
    }
    code.len()
}

fn count_arguments(list: &str) -> usize {
    let (mut depth, mut count, mut filled, mut before) = (0, 0, false, ' ');
    for c in list.chars() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            '>' if before == '-' => {}
            ')' | ']' | '}' | '>' => depth -= 1,
            ',' if depth == 0 => {
                count += usize::from(filled);
                filled = false;
                continue;
            }
            _ => {}
        }
        filled |= !c.is_whitespace();
        before = c;
    }
    count + usize::from(filled)
}

#[test]
fn comments_strings_and_tests_are_not_code() {
    let text = "use crate::db; // crate::web\n/* crate::web /* deep */ */ fn a<'x>(s: &'x str) { let q = '\"'; \"crate::web\"; r#\"crate::web\"#; }\n#[cfg(test)]\nmod tests { use crate::web; fn t() {} }\nfn z() {}\n";
    let source = Source::new("office/mod.rs", text.to_owned());
    assert_eq!(source.modules_used().into_iter().collect::<Vec<_>>(), ["db", "web"]);
    assert!(!source.product.contains("web"));
    assert!(source.product.contains("fn z()"));
    assert_eq!(source.code.lines().count(), text.lines().count());
}

#[test]
fn paths_are_found_in_groups_and_through_super() {
    let text = "use crate::{db::{Tx, Conn}, kernel::Vnd};\nuse super::super::web::x;\nuse super::store;\nmod inner { use super::store2; use super::super::accounts2; }";
    let used = Source::new("office/submit.rs", text.to_owned()).modules_used();
    assert_eq!(used.into_iter().collect::<Vec<_>>(), ["db", "kernel", "web"]);
    let used = Source::new("office/mod.rs", text.to_owned()).modules_used();
    assert_eq!(used.into_iter().collect::<Vec<_>>(), ["accounts2", "db", "kernel", "store", "web"]);
}

#[test]
fn functions_are_measured() {
    let text = "impl X {\n  pub fn one<F: Fn(u8) -> u8>(&self, f: F, m: HashMap<A, (B, C)>) -> [u8; 3] where F: Send {\n    // note\n\n    let a = 1;\n    a\n  }\n  fn two();\n}\ntype P = fn(u8);";
    let found = Source::new("a.rs", text.to_owned()).functions();
    let expected = [
        Function { name: "one".to_owned(), line: 2, lines: 2, arguments: 3 },
        Function { name: "two".to_owned(), line: 8, lines: 0, arguments: 0 },
    ];
    assert_eq!(found, expected);
}
