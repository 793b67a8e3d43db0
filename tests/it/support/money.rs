//! What tests of the agency's money share: statements imported, and the rule that stood against an act.

use motcua::app::{ImportError, StatementFile};
use motcua::kernel::Actor;
use motcua::office::ActError;
use motcua::payments::{self, StatementRow};

use super::shop::Shop;

/// The rule that stood against an act.
pub fn rule<T: std::fmt::Debug>(done: Result<T, ActError>) -> &'static str {
    match done {
        Err(ActError::Rule { rule, .. }) => rule,
        other => panic!("no rule stood against it: {other:?}"),
    }
}

/// A statement of the gateway as it is sent.
pub fn statement(text: &str) -> StatementFile {
    let (gateway, name) = ("vnpay".to_owned(), "sao-ke.csv".to_owned());
    StatementFile { gateway, bank: None, name, content: text.as_bytes().to_vec() }
}

/// Imports a statement of the gateway.
pub async fn import(shop: &Shop, who: &Actor, text: &str) -> Result<(StatementRow, bool), ImportError> {
    shop.t.app.import_statement(who, statement(text)).await
}

/// What became of its lines.
pub async fn verdicts(shop: &Shop, row: &StatementRow) -> Vec<String> {
    let id = row.id;
    let lines = shop.t.app.db.read(move |c| payments::lines_of_statement(c, id)).await.unwrap();
    lines.into_iter().map(|line| line.verdict).collect()
}
