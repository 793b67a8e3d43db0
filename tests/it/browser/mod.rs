//! The running product in a real browser, used as people use it: with and without JavaScript, at 360 and 1280 px, with
//! the accessibility checker. `MOTCUA_TEST_SHOTS` names a directory for pictures of every page.

mod citizen;
mod counter;
mod driver;
mod finance;
mod exempting;
mod office;
mod paying;
mod person;
mod scripts;
mod sheets;
mod tour;
mod tour_citizen;
mod transfer;

use person::{DESK, PHONE, Person};

use crate::support::shop::Shop;
use crate::support::till::Till;
use crate::support::{demo, need};

/// The journey of a citizen and of the officers who settle the dossier.
async fn journey(scripts: bool, size: (u32, u32)) {
    let Some(programs) = need::browser() else { return };
    let t = demo::portal().await;
    let one = Person::before(&t, &programs, scripts, size).await;
    let citizen = citizen::files(&t, &one).await;
    office::settles(&one, citizen).await;
    one.console_is_clean().await;
}

/// A clerk at the counter.
async fn counter(scripts: bool, size: (u32, u32)) {
    let Some(programs) = need::browser() else { return };
    let t = demo::portal().await;
    let one = Person::before(&t, &programs, scripts, size).await;
    counter::serves(&t, &one).await;
    one.console_is_clean().await;
}

/// A citizen at the pay page and the gateway, with each thing that a gateway can do.
async fn paying(scripts: bool, size: (u32, u32)) {
    let Some(programs) = need::browser() else { return };
    let shop = Shop::open();
    let one = Person::before(&shop.t, &programs, scripts, size).await;
    paying::pays(&shop, &one).await;
    one.console_is_clean().await;
}

/// A citizen who pays by bank transfer.
async fn transfer(scripts: bool, size: (u32, u32)) {
    let Some(programs) = need::browser() else { return };
    let till = Till::open();
    let one = Person::before(&till.t, &programs, scripts, size).await;
    transfer::pays(&till, &one).await;
    one.console_is_clean().await;
}

/// Officers who look after the agency's money.
async fn money(scripts: bool, size: (u32, u32)) {
    let Some(programs) = need::browser() else { return };
    let shop = Shop::open();
    let one = Person::before(&shop.t, &programs, scripts, size).await;
    finance::settles(&shop, &one).await;
    one.console_is_clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fees_are_transferred_on_a_desk() {
    transfer(true, DESK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fees_are_transferred_on_a_phone_without_javascript() {
    transfer(false, PHONE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_settled_on_a_desk() {
    money(true, DESK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_settled_on_a_phone_without_javascript() {
    money(false, PHONE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fees_are_paid_on_a_desk() {
    paying(true, DESK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fees_are_paid_on_a_phone_without_javascript() {
    paying(false, PHONE).await;
}

/// A citizen who is exempt from a fee, and the clerk who looks at the proof.
async fn exempting(scripts: bool, size: (u32, u32)) {
    let Some(programs) = need::browser() else { return };
    let t = crate::exemptions::portal().await;
    let one = Person::before(&t, &programs, scripts, size).await;
    exempting::claims(&t, &one).await;
    one.console_is_clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exemption_is_claimed_on_a_desk() {
    exempting(true, DESK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exemption_is_claimed_on_a_phone_without_javascript() {
    exempting(false, PHONE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_goes_its_way_on_a_desk() {
    journey(true, DESK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_goes_its_way_on_a_phone_without_javascript() {
    journey(false, PHONE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counter_serves_on_a_desk() {
    counter(true, DESK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counter_serves_without_javascript() {
    counter(false, PHONE).await;
}
