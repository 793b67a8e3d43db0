//! What surrounds a page: who is signed in, where we are, the same page in the other language.

use super::visit::Visit;
use crate::kernel::{Actor, Lang, Officer, Role};
use crate::office::permission::MONEY;
use crate::templating::{Person, PersonKind, Section, Shell};

/// The shell of a visit without anything that changes from one request to the next.
pub(super) fn of(visit: &Visit) -> Shell {
    let development = visit.app.settings.is_development();
    Shell {
        person: person(&visit.actor).map(|person| Person { unread: visit.unread, position: position(visit), ..person }),
        other_lang_url: in_other_language(&visit.path, &visit.query, visit.lang),
        section: section(&visit.path),
        demo: development,
        development,
        ..Shell::new(visit.lang, visit.path.clone(), visit.app.site())
    }
}

fn person(actor: &Actor) -> Option<Person> {
    let (name, kind, officer) = match actor {
        Actor::Anonymous | Actor::System => return None,
        Actor::Citizen { name, .. } => (name.clone(), PersonKind::Citizen, None),
        Actor::Officer(officer) => (officer.name.clone(), PersonKind::Officer, Some(officer)),
    };
    Some(Person {
        name,
        kind,
        position: String::new(),
        unread: 0,
        counter: officer.is_some_and(|o| o.has_anywhere(Role::Clerk)),
        money: officer.is_some_and(|o| MONEY.iter().any(|role| o.has_anywhere(*role))),
        admin: officer.is_some_and(is_admin),
    })
}

/// What stands under an officer's name: role and agency.
fn position(visit: &Visit) -> String {
    visit.position.as_ref().map_or_else(String::new, |(role, agency)| {
        format!("{}, {agency}", visit.text(&format!("role-{}", role.as_str()), &[]))
    })
}

fn is_admin(officer: &Officer) -> bool {
    [Role::CatalogAdmin, Role::AccountsAdmin, Role::SystemAdmin, Role::Auditor]
        .into_iter()
        .any(|role| officer.has_anywhere(role))
}

/// The address of the same page in the other language.
fn in_other_language(path: &str, query: &str, lang: Lang) -> String {
    let other = if lang == Lang::Vi { Lang::En } else { Lang::Vi };
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang=")).collect();
    let mut url = format!("{path}?");
    for pair in kept {
        url.push_str(pair);
        url.push('&');
    }
    url + "lang=" + other.as_str()
}

/// The part of the site an address belongs to.
fn section(path: &str) -> Section {
    const PARTS: [(&str, Section); 14] = [
        ("/thu-tuc", Section::Catalogue),
        ("/tra-cuu", Section::Tracking),
        ("/ho-so", Section::Dossiers),
        ("/nop-ho-so", Section::Dossiers),
        ("/kho-du-lieu", Section::Store),
        ("/tai-khoan", Section::Account),
        ("/thong-bao", Section::Notices),
        ("/nhat-ky-truy-cap", Section::Account),
        ("/can-bo/tiep-nhan", Section::Counter),
        ("/can-bo/ky", Section::Signing),
        ("/can-bo/tra-ket-qua", Section::HandOver),
        ("/can-bo/tai-chinh", Section::Money),
        ("/can-bo", Section::Worklist),
        ("/quan-tri", Section::Admin),
    ];
    if path == "/" {
        return Section::Home;
    }
    let inside = |part: &str| path.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    PARTS.into_iter().find(|(part, _)| inside(part)).map_or(Section::None, |(_, section)| section)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_language_keeps_the_query() {
        assert_eq!(in_other_language("/thu-tuc", "q=a&lang=vi&x=1", Lang::Vi), "/thu-tuc?q=a&x=1&lang=en");
        assert_eq!(in_other_language("/", "", Lang::En), "/?lang=vi");
    }

    #[test]
    fn addresses_belong_to_sections() {
        assert_eq!(section("/"), Section::Home);
        assert_eq!(section("/thu-tuc/1.001193"), Section::Catalogue);
        assert_eq!(section("/can-bo/ky/x"), Section::Signing);
        assert_eq!(section("/can-bo/kyx"), Section::Worklist);
        assert_eq!(section("/dang-nhap"), Section::None);
    }
}
