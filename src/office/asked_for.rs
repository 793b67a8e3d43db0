//! What a request for a supplement asks for, by name: in notices and papers, for the citizen, for officers, and at the
//! public look-up alike.

use super::Rules;
use super::supplement::paper_names;
use crate::catalog::Text;
use crate::dossiers::{Dossier, SupplementItem};
use crate::forms::Form;
use crate::kernel::Lang;

/// Where an item stands in the declaration.
pub enum Place<'f> {
    /// A whole section.
    Section(&'f str),
    /// A question: its section and its pointer.
    Question(String, &'f str),
}

/// The pointer of an item within the answers.
fn pointer(item: &SupplementItem) -> Option<&str> {
    item.pointer.as_deref().map(|at| at.strip_prefix("/data").unwrap_or(at))
}

/// Where an item stands in the declaration; `None`: it is a paper, or what an officer asked for in words of their own.
pub fn place<'f>(form: &'f Form, item: &'f SupplementItem) -> Option<Place<'f>> {
    let at = pointer(item).filter(|_| item.document.is_none())?;
    let named = at.trim_start_matches('/').split('/').next().unwrap_or_default();
    let section = form.sections().map(|(key, _)| key).find(|key| *key == named);
    let question = form.field(at).filter(|field| !field.section.is_empty() && at.trim_start_matches('/') != named);
    match (question, section) {
        (Some(field), _) => Some(Place::Question(field.section, at)),
        (None, section) => section.map(Place::Section),
    }
}

/// What an item is called: the paper, the question, or the section of the declaration. `None`: what an officer asked for in
/// words of their own.
pub fn name(item: &SupplementItem, rules: &Rules, dossier: &Dossier) -> Option<Text> {
    if let Some(code) = item.document.as_deref() {
        let (vi, en) = paper_names(code, rules, dossier);
        return Some(Text::both(vi, en));
    }
    let form = rules.published.form(&dossier.case_code)?;
    match place(&form, item)? {
        Place::Question(_, at) => {
            form.field(at).map(|field| Text::both(field.label.get(Lang::Vi), field.label.get(Lang::En)))
        }
        Place::Section(key) => {
            let (_, title) = form.sections().find(|(known, _)| *known == key)?;
            let (vi, en) = (title.get(Lang::Vi), title.get(Lang::En));
            Some(Text::both(format!("Tờ khai: {vi}"), format!("Declaration: {en}")))
        }
    }
}
