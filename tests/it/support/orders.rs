//! Many payments at once, begun by the use cases themselves, and the books that must hold whatever became of them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use motcua::accounts::{AccountKind, agencies, number_index, people};
use motcua::app::filing::{Save, Start};
use motcua::app::{App, Wish};
use motcua::db::{Conn, Db, Error};
use motcua::devservices::vnpay::Order;
use motcua::dossiers::{Delivery, Intake};
use motcua::kernel::{Actor, DossierId, Lang, PaymentId, Timestamp, Vnd};
use motcua::office::online_payment::Payer;
use motcua::payments::{self, FeeLineRow, FeeState, Payment, PaymentState, ReceiptRow};
use serde_json::json;

use super::demo::{self, COMMITTEE};
use super::shop::{COPIES, order_at};

/// A dossier with a payment under way.
#[derive(Clone, Debug)]
pub struct Placed {
    pub dossier: DossierId,
    pub payment: PaymentId,
    pub order: Order,
}

/// A citizen of the demonstration by the personal number.
pub async fn citizen(app: &App, number: &str) -> Actor {
    let (index, now) = (number_index(&app.keys, number), app.now());
    let read = move |c: &mut Conn| {
        let account = people::by_number(c, AccountKind::Citizen, &index)?.expect("a demonstration citizen");
        people::actor(c, account.id, now)
    };
    app.db.read(read).await.unwrap()
}

/// Files for so many copies.
pub async fn filed(app: &App, who: &Actor, copies: i64) -> motcua::dossiers::Dossier {
    let mut answers = demo::form_of(app, COPIES).await.examples()[0].clone();
    answers["su_kien"]["so_luong"] = json!(copies);
    let start = Start {
        procedure_code: COPIES.into(),
        agency_code: COMMITTEE.into(),
        case: Some(demo::first_case(app, COPIES).await),
        data: Some(answers),
        on_behalf_of: None,
        intake: Intake::SelfRemote,
        applicant: None,
    };
    let name = app.begin_dossier(who, start).await.unwrap().dossier.id.to_string();
    let delivery = Save { delivery: Some(Delivery::default()), ..Save::default() };
    app.save_dossier(who, &name, delivery).await.unwrap();
    app.submit_dossier(who, &name, None).await.unwrap().dossier
}

/// Begins a payment of all that a dossier owes.
pub async fn begun(app: &App, who: &Actor, dossier: motcua::dossiers::Dossier) -> Placed {
    let wish = Wish { gateway: "vnpay".into(), lang: Lang::Vi, ip: "127.0.0.1".into() };
    let id = dossier.id;
    let (payment, url) = app.begin_payment(Payer::Known(who.clone()), dossier, wish).await.unwrap();
    Placed { dossier: id, payment: payment.id, order: order_at(&url) }
}

/// Files and begins to pay.
pub async fn placed(app: &App, who: &Actor, copies: i64) -> Placed {
    begun(app, who, filed(app, who, copies).await).await
}

/// Everything that the books hold of some dossiers, and every receipt that their agency ever issued.
pub struct Books {
    pub payments: Vec<Payment>,
    pub lines: Vec<FeeLineRow>,
    pub receipts: Vec<ReceiptRow>,
    series: Vec<ReceiptRow>,
}

/// The sums of the books.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Payments that are paid.
    pub paid: usize,
    /// What came through them.
    pub came: Vnd,
    /// What of it fees were paid by.
    pub applied: Vnd,
    /// What of it has to go back.
    pub surplus: Vnd,
    pub receipts: usize,
}

impl Books {
    /// Reads them.
    pub async fn read(db: &Db, of: impl IntoIterator<Item = DossierId>) -> Self {
        let of: BTreeSet<DossierId> = of.into_iter().collect();
        let read = move |c: &mut Conn| {
            let (mut payments, mut lines, mut receipts) = (Vec::new(), Vec::new(), Vec::new());
            for id in &of {
                payments.extend(payments::of_dossier(c, *id)?);
                lines.extend(payments::lines_of(c, *id)?);
                receipts.extend(payments::receipts_of(c, *id)?);
            }
            let agency = agencies::by_code(c, COMMITTEE)?.expect("the agency that collects").id;
            let at = |text: &str| text.parse::<Timestamp>().unwrap();
            let ever = (at("2000-01-01T00:00:00Z"), at("2100-01-01T00:00:00Z"));
            let series = payments::receipts_between(c, agency, ever)?;
            Ok::<_, Error>(Self { payments, lines, receipts, series })
        };
        db.read(read).await.unwrap()
    }

    /// A payment of theirs.
    pub fn payment(&self, id: PaymentId) -> &Payment {
        self.payments.iter().find(|p| p.id == id).unwrap()
    }

    /// Every đồng that came is at a fee or waits to go back; every fee was paid once; one receipt for whatever settled a
    /// fee, over just that sum; the agency's numbers are 1, 2, 3 … without gap or repeat.
    pub fn balance(&self) -> Sums {
        let paid: BTreeMap<PaymentId, &Payment> =
            self.payments.iter().filter(|p| p.state() == PaymentState::Paid).map(|p| (p.id, p)).collect();
        let sums = Sums {
            paid: paid.len(),
            came: paid.values().map(|p| p.amount()).sum(),
            applied: paid.values().map(|p| p.applied()).sum(),
            surplus: paid.values().map(|p| p.surplus()).sum(),
            receipts: self.receipts.len(),
        };
        assert_eq!(sums.came.0, sums.applied.0 + sums.surplus.0);
        let idle: i64 = self.payments.iter().filter(|p| !paid.contains_key(&p.id)).map(|p| p.applied().0).sum();
        assert_eq!(idle, 0, "what was not paid settles nothing");

        let mut settled: BTreeMap<PaymentId, i64> = BTreeMap::new();
        for line in self.lines.iter().filter(|l| l.state() == FeeState::Paid) {
            *settled.entry(line.payment_id.unwrap()).or_default() += line.amount().0;
        }
        let mut receipted: BTreeMap<PaymentId, i64> = BTreeMap::new();
        for receipt in &self.receipts {
            assert!(receipted.insert(receipt.payment_id, receipt.total().0).is_none(), "two receipts for one payment");
        }
        assert_eq!(settled, receipted, "what fees were paid by is what is receipted, payment by payment");
        for (id, payment) in &paid {
            assert_eq!(settled.get(id).copied().unwrap_or(0), payment.applied().0, "{payment:?}");
        }
        assert_eq!(Vnd(settled.values().sum()), sums.applied);

        let online: Vec<&str> = self.payments.iter().filter_map(|p| p.gateway_txn.as_deref()).collect();
        assert_eq!(online.iter().collect::<HashSet<_>>().len(), online.len(), "one transaction, one payment");
        self.numbers_run();
        sums
    }

    fn numbers_run(&self) {
        let mut books: BTreeMap<(&str, &str), Vec<i64>> = BTreeMap::new();
        for receipt in &self.series {
            books.entry((&receipt.template, &receipt.series)).or_default().push(receipt.number);
        }
        for (book, mut numbers) in books {
            numbers.sort_unstable();
            let wanted: Vec<i64> = (1..).take(numbers.len()).collect();
            assert_eq!(numbers, wanted, "no gap and no repeat in {book:?}");
        }
        let known: BTreeSet<PaymentId> = self.series.iter().map(|r| r.payment_id).collect();
        assert!(self.receipts.iter().all(|r| known.contains(&r.payment_id)));
    }
}
