//! Typed ids. Every id is a UUIDv7, so ids made later sort later.

/// Declares id types: a newtype over a UUID with text and JSON forms.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// A fresh id.
            #[allow(clippy::new_without_default, reason = "an id has no neutral value")]
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7())
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A citizen, business or officer account.
    AccountId,
    /// A row of an officer's rights.
    AssignmentId,
    /// An agency (cơ quan).
    AgencyId,
    /// A unit of an agency (phòng ban).
    UnitId,
    /// A signed-in session.
    SessionId,
    /// A one-time code.
    CodeId,
    /// A procedure (thủ tục hành chính).
    ProcedureId,
    /// An immutable revision of a procedure.
    RevisionId,
    /// A filing window (đợt) of a procedure.
    WindowId,
    /// A dossier (hồ sơ).
    DossierId,
    /// A group of dossiers filed together.
    GroupId,
    /// An event of a dossier.
    EventId,
    /// A supplement request.
    SupplementId,
    /// A pause of the processing clock.
    PauseId,
    /// A message between citizen and officer.
    MessageId,
    /// A request for another agency's opinion.
    OpinionId,
    /// A paper attached to a dossier or kept in the data store.
    DocumentId,
    /// A one-stop paper made by an act (Mẫu 01–07, acknowledgement).
    PaperId,
    /// A result of a dossier.
    ResultId,
    /// A fee line of a dossier.
    FeeId,
    /// A payment of fee lines.
    PaymentId,
    /// A notice of another agency that a request for payment rests on.
    ObligationId,
    /// Money that was paid to the State Treasury and not to us.
    TreasuryPaymentId,
    /// Money asked back, or given back.
    RefundId,
    /// A statement of a gateway or a bank.
    StatementId,
    /// A job of the outbox.
    JobId,
    /// A notice to a person over one channel.
    NoticeId,
    /// A rating of a settled dossier.
    RatingId,
}
