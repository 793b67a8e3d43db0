//! The pages: plain structs that `web` fills and the templates show. One file an area.

pub mod account;
pub mod api_docs;
pub mod auth;
pub mod catalogue;
pub mod counter;
pub mod dev;
pub mod dossier;
pub mod fees;
pub mod filing;
pub mod finance;
pub mod home;
pub mod money;
pub mod office;
pub mod parts;
pub mod pay;
mod sample_form;
pub mod statements;
pub mod stats;
pub mod tracking;
pub mod transfer;
pub mod workspace;

/// Calls a macro with the type of every page here, so that one test renders them all.
#[cfg(test)]
macro_rules! every_page {
    ($each:ident) => {
        $each!(
            crate::templating::pages::api_docs::ApiDocs,
            crate::templating::pages::account::AccessLog,
            crate::templating::pages::account::Account,
            crate::templating::pages::account::Notifications,
            crate::templating::pages::account::Store,
            crate::templating::pages::auth::ChooseAccount,
            crate::templating::pages::auth::ForgotPassword,
            crate::templating::pages::auth::Login,
            crate::templating::pages::auth::Register,
            crate::templating::pages::auth::Totp,
            crate::templating::pages::auth::VerifyCode,
            crate::templating::pages::catalogue::Catalogue,
            crate::templating::pages::catalogue::Procedure,
            crate::templating::pages::catalogue::ProcedureSheet,
            crate::templating::pages::counter::CounterFinish,
            crate::templating::pages::counter::CounterForm,
            crate::templating::pages::counter::CounterPapers,
            crate::templating::pages::counter::CounterPerson,
            crate::templating::pages::counter::CounterProcedure,
            crate::templating::pages::dev::Components,
            crate::templating::pages::dev::Mailbox,
            crate::templating::pages::dossier::DossierPage,
            crate::templating::pages::dossier::MyDossiers,
            crate::templating::pages::dossier::Supplement,
            crate::templating::pages::fees::Fees,
            crate::templating::pages::filing::Begin,
            crate::templating::pages::filing::CheckAnswers,
            crate::templating::pages::filing::Confirmation,
            crate::templating::pages::filing::Delivery,
            crate::templating::pages::filing::Documents,
            crate::templating::pages::filing::SectionPage,
            crate::templating::pages::filing::Tasks,
            crate::templating::pages::finance::AskRefund,
            crate::templating::pages::finance::HeldList,
            crate::templating::pages::finance::HeldPage,
            crate::templating::pages::finance::RefundList,
            crate::templating::pages::finance::RefundPage,
            crate::templating::pages::home::Home,
            crate::templating::pages::money::ClosingPage,
            crate::templating::pages::money::MoneyReportPage,
            crate::templating::pages::office::BatchResult,
            crate::templating::pages::office::HandOverList,
            crate::templating::pages::office::NoticeScan,
            crate::templating::pages::office::SignList,
            crate::templating::pages::office::WorkList,
            crate::templating::pages::statements::StatementList,
            crate::templating::pages::statements::StatementPage,
            crate::templating::pages::stats::OpenData,
            crate::templating::pages::stats::Stats,
            crate::templating::pages::tracking::ErrorPage,
            crate::templating::pages::pay::Pay,
            crate::templating::pages::pay::PayReturn,
            crate::templating::pages::transfer::TransferPage,
            crate::templating::pages::tracking::Tracking,
            crate::templating::pages::tracking::Verify,
            crate::templating::pages::workspace::DraftResultPage,
            crate::templating::pages::workspace::Workspace,
        )
    };
}
#[cfg(test)]
pub(super) use every_page;
