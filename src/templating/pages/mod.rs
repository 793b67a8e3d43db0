//! The pages: plain structs that `web` fills and the templates show. One file an area.

pub mod auth;
pub mod dev;
pub mod filing;
pub mod home;
pub mod parts;
mod sample_form;

/// Calls a macro with the type of every page here, so that one test renders them all.
#[cfg(test)]
macro_rules! every_page {
    ($each:ident) => {
        $each!(
            crate::templating::pages::auth::Login,
            crate::templating::pages::dev::Components,
            crate::templating::pages::filing::SectionPage,
            crate::templating::pages::home::Home,
        )
    };
}
#[cfg(test)]
pub(super) use every_page;
