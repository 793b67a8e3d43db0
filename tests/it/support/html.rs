//! Reading pages as a person does: what a form asks, by its labels, and what it would send.

/// The text between two marks, from `start` on.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let start = text.find(open)? + open.len();
    let end = text[start..].find(close)?;
    Some(&text[start..start + end])
}

/// The value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = between(tag, &format!(" {name}=\""), "\"")?;
    Some(plain(value))
}

/// Undoes the entities that templates write.
pub fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        rest = rest[at..].find('>').map_or("", |end| &rest[at + end + 1..]);
    }
    text.push_str(rest);
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'");
    let text = text.replace("&#39;", "'").replace("&#x2F;", "/").replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A form of a page.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    html: String,
    /// What it would send now.
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// The first form whose action is `action`.
    pub fn with_action(page: &str, action: &str) -> Self {
        let mut rest = page;
        while let Some(at) = rest.find("<form") {
            let end = rest[at..].find("</form>").expect("a form ends") + at;
            let html = &rest[at..end];
            if attribute(html, "action").as_deref() == Some(action) {
                return Self { action: action.to_owned(), html: html.to_owned(), fields: fields(html) };
            }
            rest = &rest[end..];
        }
        panic!("no form goes to {action} in\n{page}");
    }

    /// Fills the field with this label; the label may be given by its beginning.
    pub fn fill(mut self, label: &str, value: &str) -> Self {
        let name = self.name_of(label);
        self.set(&name, value);
        self
    }

    /// Sets a field by its name.
    pub fn set(&mut self, name: &str, value: &str) {
        self.fields.retain(|(n, _)| n != name);
        self.fields.push((name.to_owned(), value.to_owned()));
    }

    /// Ticks a box or chooses an option by its label.
    pub fn choose(mut self, label: &str) -> Self {
        let tag = self.control_of(label);
        let name = attribute(&tag, "name").expect("a named control");
        let value = attribute(&tag, "value").unwrap_or_else(|| "on".into());
        self.set(&name, &value);
        self
    }

    fn name_of(&self, label: &str) -> String {
        attribute(&self.control_of(label), "name").expect("a named control")
    }

    /// The tag of the control that a label is tied to.
    fn control_of(&self, label: &str) -> String {
        let mut rest = self.html.as_str();
        while let Some(at) = rest.find("<label") {
            let end = rest[at..].find("</label>").expect("a label ends") + at;
            let html = &rest[at..end];
            if plain(html).starts_with(label) {
                let id = attribute(html, "for").expect("a label is tied to a control");
                let mark = format!(" id=\"{id}\"");
                let place = self.html.find(&mark).unwrap_or_else(|| panic!("nothing has the id {id}"));
                let start = self.html[..place].rfind('<').expect("a tag begins");
                let end = self.html[start..].find('>').expect("a tag ends") + start;
                return self.html[start..=end].to_owned();
            }
            rest = &rest[end..];
        }
        panic!("no label begins with «{label}» in\n{}", self.html);
    }
}

/// Hidden fields, filled inputs, ticked boxes and the chosen options.
fn fields(form: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = form;
    while let Some(at) = rest.find("<input") {
        let end = rest[at..].find('>').expect("a tag ends") + at;
        let tag = &rest[at..=end];
        rest = &rest[end..];
        let Some(name) = attribute(tag, "name") else { continue };
        let kind = attribute(tag, "type").unwrap_or_else(|| "text".into());
        let box_kind = kind == "checkbox" || kind == "radio";
        if (box_kind && !tag.contains(" checked")) || kind == "submit" || kind == "file" {
            continue;
        }
        let value = attribute(tag, "value").unwrap_or_else(|| if box_kind { "on".into() } else { String::new() });
        found.push((name, value));
    }
    found.extend(chosen(form));
    found
}

/// The options that stand chosen in the lists of a form.
fn chosen(form: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for list in form.split("<select").skip(1) {
        let list = list.split("</select>").next().unwrap_or_default();
        let Some(name) = attribute(list.split('>').next().unwrap_or_default(), "name") else { continue };
        let options = list.split("<option").skip(1).filter_map(|option| option.split('>').next());
        found.extend(
            options
                .filter(|tag| tag.contains(" selected"))
                .filter_map(|tag| attribute(tag, "value"))
                .map(|value| (name.clone(), value)),
        );
    }
    found
}
