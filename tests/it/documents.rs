//! Files, made papers, results and their proof, over database, disk and typesetter together.

use std::sync::Arc;

use diesel::prelude::*;
use motcua::db::schema::{accounts, agencies, fields, procedure_revisions, procedures};
use motcua::db::types::{D, J};
use motcua::db::{Conn, Error};
use motcua::documents::agency_keys::{KeyRing, demo_key};
use motcua::documents::archive::{Parts, SignedFile};
use motcua::documents::papers::{Appointment, Letterhead, Paper, Party, ProcedureName};
use motcua::documents::pdf::Renderer;
use motcua::documents::scan::{ScanError, ScanState, Scanner};
use motcua::documents::sign::{DemoCa, SignatureFacts};
use motcua::documents::sniff::Refusal;
use motcua::documents::{self, Archive, ArchiveError, AttachError, Kept, NewPaper, NewResult, Origin, Place, ProofOf};
use motcua::dossiers::{Contact, Delivery, Dossier, Intake, NewDossier};
use motcua::integrations::files::FileStore;
use motcua::kernel::crypto::{Keys, RootSecret};
use motcua::kernel::national::PartyKind;
use motcua::kernel::{AccountId, AgencyId, DossierId, ProcedureId, RevisionId, Timestamp};
use serde_json::json;

use crate::support::db::TestDb;

fn noon() -> Timestamp {
    "2026-11-21T05:00:00Z".parse().unwrap()
}

/// Says «infected» of whatever holds the word.
struct WordScanner;

impl Scanner for WordScanner {
    fn is_clean(&self, content: &[u8]) -> Result<bool, ScanError> {
        Ok(!content.windows(5).any(|window| window == b"VIRUS"))
    }
}

struct Office {
    t: TestDb,
    archive: Archive,
    agency: AgencyId,
    an: AccountId,
    dossier: DossierId,
    other_dossier: DossierId,
    _folder: tempfile::TempDir,
}

impl Office {
    async fn open(scanner: Option<Box<dyn Scanner>>) -> Self {
        let t = TestDb::migrated();
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::new(Parts {
            db: t.db.clone(),
            blobs: Box::new(FileStore::open(folder.path()).unwrap()),
            renderer: Renderer::new(2),
            scanner,
            public_url: "https://dichvucong.invalid".into(),
        });
        let (agency, an, procedure, revision) =
            (AgencyId::new(), AccountId::new(), ProcedureId::new(), RevisionId::new());
        let [one, two] = [(); 2].map(|()| draft(agency, an, procedure, revision));
        let (dossier, other_dossier) = (one.id, two.id);
        let rows = move |tx: &mut motcua::db::Tx<'_>| -> Result<(), Error> {
            let conn = tx.conn();
            seed(conn, agency, an, procedure, revision).unwrap();
            motcua::dossiers::insert(conn, &one)?;
            motcua::dossiers::insert(conn, &two)
        };
        t.db.write(rows).await.unwrap();
        Self { t, archive, agency, an, dossier, other_dossier, _folder: folder }
    }

    fn place(&self, dossier: DossierId) -> Place {
        Place {
            dossier,
            owner: Some(self.an),
            paper_code: Some("giay_chung_sinh".into()),
            supplement: None,
            by: Some(self.an),
            note: None,
            occurred_at: noon(),
        }
    }

    async fn attach(&self, name: &str, content: &[u8]) -> Result<documents::Document, AttachError> {
        let upload = self.archive.take_in(name.into(), content.to_vec(), noon()).await.unwrap();
        let place = self.place(self.dossier);
        self.t.db.write(move |tx| documents::attach_upload(tx, &upload, Origin::Upload, &place, noon())).await
    }

    async fn reuse(&self, kept: Kept, owner: AccountId) -> Result<documents::Document, AttachError> {
        let place = Place { owner: Some(owner), ..self.place(self.other_dossier) };
        self.t.db.write(move |tx| documents::attach_kept(tx, kept, &place, noon())).await
    }

    async fn held(&self) -> Vec<documents::Document> {
        let dossier = self.dossier;
        self.t.db.read(move |conn| documents::of_dossier(conn, dossier)).await.unwrap()
    }

    /// A decided result, as the approving act leaves it.
    async fn result(&self) -> documents::ResultRow {
        let new = NewResult {
            dossier: self.dossier,
            owner: Some(self.an),
            agency: self.agency,
            code: "KQ.G15.000031".into(),
            name: "Giấy khai sinh".into(),
            outcome: "granted".into(),
            number: Some("07/2026".into()),
            template: "giay-khai-sinh".into(),
            data: json!({}),
            signatures_needed: 1,
            seal_only: false,
        };
        self.t.db.write(move |tx| documents::insert_result(tx.conn(), &new, noon())).await.unwrap()
    }
}

fn draft(agency: AgencyId, account: AccountId, procedure: ProcedureId, revision: RevisionId) -> Dossier {
    let party = motcua::dossiers::Party {
        account: Some(account),
        kind: PartyKind::PersonalNumber,
        number_enc: None,
        number_index: None,
        name: "Nguyễn Văn An".into(),
        contact: Contact::default(),
    };
    let new = NewDossier {
        procedure,
        revision,
        case_code: "chinh".into(),
        window: None,
        agency,
        group: None,
        intake: Intake::SelfRemote,
        typed_by: Some(account),
        helper: None,
        place: None,
        on_behalf: None,
        applicant: party.clone(),
        owner: party,
        data: json!({}),
        delivery: Delivery::default(),
        summary: None,
        draft_expires_at: None,
    };
    Dossier::draft(new, noon())
}

/// The rows that a dossier refers to.
fn seed(
    conn: &mut Conn,
    agency: AgencyId,
    an: AccountId,
    procedure: ProcedureId,
    revision: RevisionId,
) -> QueryResult<()> {
    use {accounts as a, agencies as g, fields as f, procedure_revisions as r, procedures as p};
    diesel::insert_into(g::table)
        .values((
            (g::id.eq(agency), g::code.eq("H57.01.02"), g::name.eq("UBND phường Thuận Hóa"), g::kind.eq("committee")),
            (g::level.eq("commune"), g::place_name.eq("Huế"), g::is_demo.eq(true), g::created_at.eq(noon())),
        ))
        .execute(conn)?;
    diesel::insert_into(a::table)
        .values((
            (
                a::id.eq(an),
                a::kind.eq("citizen"),
                a::party_kind.eq("personal_number"),
                a::full_name.eq("Nguyễn Văn An"),
            ),
            (a::name_fold.eq("nguyen van an"), a::sort_key.eq("an"), a::must_change_password.eq(false)),
            (
                a::identity_level.eq(1),
                a::state.eq("active"),
                a::totp_last_steps.eq(J(json!({}))),
                a::failed_logins.eq(0),
            ),
            (a::is_demo.eq(true), a::language.eq("vi"), a::channels.eq(J(json!([]))), a::version.eq(1)),
            (a::created_at.eq(noon()), a::updated_at.eq(noon())),
        ))
        .execute(conn)?;
    diesel::insert_into(f::table)
        .values((f::code.eq("G15-HT"), f::name.eq("Hộ tịch"), f::fold.eq("ho tich")))
        .execute(conn)?;
    diesel::insert_into(p::table)
        .values((
            (p::id.eq(procedure), p::code.eq("1.001193"), p::name.eq("Đăng ký khai sinh"), p::name_fold.eq("x")),
            (p::field_code.eq("G15-HT"), p::level.eq("full"), p::agency_level.eq("commune"), p::has_form.eq(true)),
            (p::state.eq("published"), p::source.eq("own"), p::created_at.eq(noon()), p::updated_at.eq(noon())),
        ))
        .execute(conn)?;
    diesel::insert_into(r::table)
        .values((
            (r::id.eq(revision), r::procedure_id.eq(procedure), r::number.eq(1), r::content.eq(J(json!({})))),
            (r::content_hash.eq("x"), r::state.eq("published"), r::created_at.eq(noon())),
            r::effective_from.eq(D(jiff::civil::date(2026, 1, 1))),
        ))
        .execute(conn)?;
    Ok(())
}

fn pdf(words: &str) -> Vec<u8> {
    format!("%PDF-1.7\n% {words}\ntrailer<</Root 1 0 R>>\n%%EOF\n").into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_judged_by_its_content_kept_once_and_taken_off_again() {
    let office = Office::open(None).await;
    let program = office.archive.take_in("giấy khai sinh.pdf".into(), b"MZ\x90\0\x03".to_vec(), noon()).await;
    assert!(matches!(program, Err(ArchiveError::Refused(Refusal::Executable))));

    let first = office.attach("C:\\ảnh\\Gia\u{302}\u{301}y.pdf.exe", &pdf("một")).await.unwrap();
    let again = office.attach("bản hai.pdf", &pdf("một")).await.unwrap();
    assert_eq!((first.file_name.as_str(), first.mime.as_str()), ("Giấy.pdf", "application/pdf"));
    assert_eq!(first.blob_hash, again.blob_hash, "the same content is kept once");
    assert_eq!(office.archive.content(&first.blob_hash).await.unwrap(), pdf("một"));
    assert_eq!(office.held().await.len(), 2);

    let (dossier, other, id) = (office.dossier, office.other_dossier, first.id);
    let elsewhere = office.t.db.write(move |tx| documents::detach(tx, other, id, noon())).await;
    assert!(matches!(elsewhere, Err(AttachError::NotFound)), "another dossier doesn't hold it");
    office.t.db.write(move |tx| documents::detach(tx, dossier, id, noon())).await.unwrap();
    let twice = office.t.db.write(move |tx| documents::detach(tx, dossier, id, noon())).await;
    assert!(matches!(twice, Err(AttachError::NotFound)));
    assert_eq!(office.held().await.iter().map(|d| d.id).collect::<Vec<_>>(), [again.id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_holds_a_hundred_megabytes_and_not_a_byte_more() {
    let office = Office::open(None).await;
    let mut upload = office.archive.take_in("a.pdf".into(), pdf("lớn"), noon()).await.unwrap();
    upload.size = 99 * 1024 * 1024;
    let place = office.place(office.dossier);
    office.t.db.write(move |tx| documents::attach_upload(tx, &upload, Origin::Counter, &place, noon())).await.unwrap();
    let mut upload = office.archive.take_in("b.pdf".into(), pdf("thêm"), noon()).await.unwrap();
    upload.size = 1024 * 1024 + 1;
    let place = office.place(office.dossier);
    let full =
        office.t.db.write(move |tx| documents::attach_upload(tx, &upload, Origin::Counter, &place, noon())).await;
    assert!(matches!(full, Err(AttachError::Refused(Refusal::DossierFull))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_does_not_hold_up_filing_and_an_infected_paper_is_not_reused() {
    let office = Office::open(Some(Box::new(WordScanner))).await;
    let good = office.attach("a.pdf", &pdf("sạch")).await.unwrap();
    let bad = office.attach("b.pdf", &pdf("VIRUS")).await.unwrap();
    assert_eq!(office.held().await.len(), 2);
    let waiting = office.reuse(Kept::Document(good.id), office.an).await;
    assert!(matches!(waiting, Err(AttachError::NotUsable(ScanState::Pending))));

    let wanted = motcua::outbox::Claim {
        worker: "w".into(),
        kinds: vec![documents::SCAN_JOB.into()],
        limit: 10,
        lease: std::time::Duration::from_secs(60),
    };
    let jobs = office.t.db.write(move |tx| motcua::outbox::claim(tx, &wanted, noon())).await.unwrap();
    assert_eq!(jobs.len(), 2, "one job a file");
    for job in jobs {
        office.archive.scan(job.payload["hash"].as_str().unwrap(), noon()).await.unwrap();
    }
    let reused = office.reuse(Kept::Document(good.id), office.an).await.unwrap();
    assert_eq!((reused.source.as_str(), reused.dossier_id), ("store", Some(office.other_dossier)));
    let infected = office.reuse(Kept::Document(bad.id), office.an).await;
    assert!(matches!(infected, Err(AttachError::NotUsable(ScanState::Infected))));
    let stranger = office.reuse(Kept::Document(good.id), AccountId::new()).await;
    assert!(matches!(stranger, Err(AttachError::NotFound)), "somebody else's paper");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_made_paper_is_set_once_and_says_what_was_true_at_its_act() {
    let office = Office::open(None).await;
    if !office.archive.sets_papers() {
        return;
    }
    let dossier = office.dossier;
    let paper = Paper::from(appointment());
    let new = NewPaper::of(dossier, None, &paper).unwrap();
    office.t.db.write(move |tx| documents::insert_paper(tx.conn(), &new, noon())).await.unwrap();
    let read = move |conn: &mut Conn| documents::paper_of(conn, dossier, "mau-01");
    let row = office.t.db.read(read).await.unwrap().unwrap();
    assert_eq!(Paper::from_data(&row.kind, row.data.clone()).unwrap(), paper);
    assert!(row.blob_hash.is_none() && row.token.len() == 24, "{}", row.token);

    let first = office.archive.paper_pdf(row, true, noon()).await.unwrap();
    let row = office.t.db.read(read).await.unwrap().unwrap();
    assert_eq!(row.rendered_at, Some(noon()));
    let token = row.token.clone();
    assert_eq!(office.archive.paper_pdf(row, true, noon()).await.unwrap(), first);
    let proof = office.t.db.read(move |conn| documents::prove(conn, &token)).await.unwrap().unwrap();
    assert!(proof.of == ProofOf::Paper && proof.in_force() && proof.is_same_file(&first));
    assert!(!proof.is_same_file(&first[1..]));
}

fn appointment() -> Appointment {
    Appointment {
        head: Letterhead {
            parent: None,
            agency: "UBND phường Thuận Hóa".into(),
            number: None,
            place: "Huế".into(),
            day: jiff::civil::date(2026, 11, 21),
        },
        code: "H57.01.02-261121-0001".into(),
        received_by: "Một cửa".into(),
        applicant: Party { name: "Y Ƀlŏ Niê".into(), ..Party::default() },
        owner: None,
        procedure: ProcedureName { code: "1.001193".into(), name: "Đăng ký khai sinh".into() },
        summary: None,
        papers: vec![],
        sets: 1,
        time_limit: "trong ngày".into(),
        received_at: jiff::civil::date(2026, 11, 21).at(8, 0, 0, 0),
        due_at: None,
        returned_at: "tại quầy".into(),
        fees: vec![],
        book: None,
        clerk: "Trần Thu Hà".into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_is_signed_by_its_agency_proven_reused_and_revoked() {
    let office = Office::open(None).await;
    if !office.archive.sets_papers() {
        return;
    }
    let row = office.result().await;
    let unsigned = office.archive.result_pdf(&row, || Paper::from(appointment()), true, noon()).await.unwrap();
    let id = row.id;
    let kept = Kept::Result(id);
    assert!(matches!(office.reuse(kept, office.an).await, Err(AttachError::NotFound)), "not handed over yet");

    let SignedFile { blob, certificate } = sign(&office, unsigned).await;
    let (agency, hash) = (office.agency, blob.clone());
    let signature = documents::NewSignature {
        result: id,
        position: 1,
        account: None,
        signer_name: "Lê Thị Hồng Minh".into(),
        agency,
        certificate,
        blob,
        complete: true,
    };
    let owner = office.an;
    let token = row.token.clone();
    office
        .t
        .db
        .write(move |tx| {
            documents::add_signature(tx.conn(), &signature, noon())?;
            documents::mark_handed_over(tx.conn(), id, Some(owner), noon())
        })
        .await
        .unwrap();
    let prove = |token: String| office.t.db.read(move |conn| documents::prove(conn, &token));
    let proof = prove(token.clone()).await.unwrap().unwrap();
    assert!(proof.in_force() && proof.sha256.as_deref() == Some(hash.as_str()));
    assert!(proof.signatures[0].certificate.contains("UBND phường Thuận Hóa"), "{proof:?}");

    let reused = office.reuse(kept, office.an).await.unwrap();
    assert_eq!((reused.result_id, reused.file_name.as_str()), (Some(id), "Giấy khai sinh.pdf"));
    office.t.db.write(move |tx| documents::revoke(tx.conn(), id, None, "Cấp sai.", noon())).await.unwrap();
    let proof = prove(token).await.unwrap().unwrap();
    assert!(!proof.in_force() && proof.revoked.unwrap().reason == "Cấp sai.");
    assert!(matches!(office.reuse(kept, office.an).await, Err(AttachError::NotFound)), "revoked");
    assert!(prove("khong-co".into()).await.unwrap().is_none());
}

/// Signs with the agency's stored key.
async fn sign(office: &Office, pdf: Vec<u8>) -> SignedFile {
    let keys = Keys::derive(&RootSecret::new(vec![7; 32]).unwrap(), &[]).unwrap();
    let ca = DemoCa::new(noon()).unwrap();
    let key = demo_key(&keys, &ca, office.agency, ("UBND phường Thuận Hóa", "H57.01.02"), noon()).unwrap();
    office.t.db.write(move |tx| documents::insert_agency_key(tx.conn(), &key)).await.unwrap();
    let agency = office.agency;
    let stored = office.t.db.read(move |conn| documents::agency_key(conn, agency)).await.unwrap().unwrap();
    let signer: Arc<dyn motcua::documents::sign::Signer> = KeyRing::default().signer(&keys, &stored).unwrap();
    let facts = SignatureFacts {
        name: "Lê Thị Hồng Minh".into(),
        reason: "Ký ban hành".into(),
        location: "Huế".into(),
        at: noon(),
    };
    office.archive.sign(pdf, signer, facts).await.unwrap()
}
