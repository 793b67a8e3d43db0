//! `cargo bench --bench filing`: how fast citizens file 1.001193 over HTTP, beside what the disk and the web server
//! give at most. Nothing is judged here: machines are noisy, so read the ratios, and run it twice.
//!
//! Settings: `MOTCUA_BENCH_DRAFTS` (drafts of the submission burst, default 6000), `MOTCUA_BENCH_CLIENTS` (default 8),
//! `MOTCUA_BENCH_SECONDS` (length of the timed parts, default 5).

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a measurement that can go no further says so; it reads its own settings"
)]

mod client;
mod people;
mod raw;
mod server;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use client::Client;
use people::People;
use serde_json::{Value, json};
use server::Server;

/// What every part of the run knows.
struct Run {
    server: Server,
    people: People,
    clients: usize,
    during: Duration,
}

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

fn main() {
    if let Ok(size) = std::env::var("MOTCUA_BENCH_BARE") {
        return bare(size.parse().expect("a size in bytes"));
    }
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let dir = tempfile::tempdir().expect("a temporary folder");
    let clients = setting("MOTCUA_BENCH_CLIENTS", 8);
    let drafts = setting("MOTCUA_BENCH_DRAFTS", 6000);
    let during = Duration::from_secs(setting("MOTCUA_BENCH_SECONDS", 5) as u64);
    let first = Server::start(dir.path());
    println!("first start: migrated, demonstration data, ready after {:.2} s", first.ready_after.as_secs_f64());
    drop(first);
    // An account may send 200 files an hour, so many people share the work.
    let people = People::prepare(dir.path(), clients * (drafts / clients / 20 + 20));
    let server = Server::start(dir.path());
    println!("second start: ready after {:.2} s", server.ready_after.as_secs_f64());
    std::thread::sleep(Duration::from_secs(3));
    println!("idle: {:.1} MB resident", server.memory().0);
    let mut run = Run { server, people, clients, during };
    run.people.sign_in(run.server.address);
    let rows = one_submission(&run, dir.path());
    let submits = submissions(&run, drafts);
    let raw = raw_limit(dir.path(), &rows, during);
    println!("submit: {:.2} of the raw limit in groups of 64, {:.2} of single ones", submits / raw.1, submits / raw.0);
    journeys(&run);
    with_paper_and_notice(&run, dir.path(), drafts.min(1200));
    public_page(&run);
    search(&run);
    let (now, most) = run.server.memory();
    println!("after all: {now:.1} MB resident, {most:.1} MB at most");
}

/// Runs `work(client number)` on so many threads; gives the latencies of all, sorted, and the time it took.
fn spread<T: Send>(n: usize, work: impl Fn(usize) -> Vec<T> + Sync) -> (Vec<T>, f64) {
    let begun = Instant::now();
    let all = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..n)
            .map(|i| {
                scope.spawn({
                    let work = &work;
                    move || work(i)
                })
            })
            .collect();
        threads.into_iter().flat_map(|t| t.join().expect("a client")).collect()
    });
    (all, begun.elapsed().as_secs_f64())
}

fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |part: f64| {
        let i = ((times.len() as f64 * part) as usize).min(times.len().saturating_sub(1));
        times.get(i).map_or(f64::NAN, |t| t.as_secs_f64() * 1000.0)
    };
    format!("p50 {:.2} ms, p99 {:.2} ms", at(0.50), at(0.99))
}

fn timed<T>(times: &mut Vec<Duration>, act: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let done = act();
    times.push(begun.elapsed());
    done
}

/// Begins a draft, fills it in and attaches the papers it needs.
fn draft(client: &mut Client, people: &People) -> String {
    let id = begin(client);
    save(client, people, &id);
    attach(client, people, &id);
    id
}

fn begin(client: &mut Client) -> String {
    let body = json!({"procedure_code": people::PROCEDURE, "agency_code": people::AGENCY});
    let begun = client.json("POST", "/api/v1/dossiers", &body).expect(201).json();
    begun["id"].as_str().expect("an id").to_owned()
}

fn save(client: &mut Client, people: &People, id: &str) {
    client.json("PATCH", &format!("/api/v1/dossiers/{id}"), &json!({"data": people.answers})).expect(200);
}

fn attach(client: &mut Client, people: &People, id: &str) {
    for paper in &people.papers {
        client.upload(id, paper, people::PAPER).expect(201);
    }
}

/// One submission alone, to see which rows it writes.
fn one_submission(run: &Run, dir: &Path) -> Vec<raw::Row> {
    let mut client = run.people.connect(run.server.address, 0);
    let id = draft(&mut client, &run.people);
    let mut conn = raw::open(&people::database(dir));
    // The worker's own writes come after the notices; the rows are read before it can have changed many of them.
    let before = raw::marks(&mut conn);
    let filed = client.submit(&id).expect(200).json();
    let rows = raw::written(&mut conn, &before, filed["reference"].as_str().expect("a reference"));
    let mut tables: Vec<(String, usize)> = Vec::new();
    for row in &rows {
        match tables.iter_mut().find(|(t, _)| *t == row.table) {
            Some((_, n)) => *n += 1,
            None => tables.push((row.table.clone(), 1)),
        }
    }
    let list: Vec<String> = tables.iter().map(|(t, n)| format!("{t} {n}")).collect();
    println!("one submission writes {} rows: {}", rows.len(), list.join(", "));
    rows
}

/// The submission call alone: drafts are made beforehand.
fn submissions(run: &Run, drafts: usize) -> f64 {
    let (ids, took) = spread(run.clients, |i| make_drafts(run, i, drafts / run.clients));
    println!("{} drafts made ready (begin, save, papers): {:.0}/s", ids.len(), ids.len() as f64 / took);
    let cpu = run.server.cpu();
    let (times, took) = spread(run.clients, |i| {
        let mut times = Vec::new();
        let mut clients = HashMap::new();
        for (person, id) in ids.iter().skip(i).step_by(run.clients) {
            let client = clients.entry(*person).or_insert_with(|| run.people.connect(run.server.address, *person));
            timed(&mut times, || client.submit(id).expect(200));
        }
        times
    });
    let rate = times.len() as f64 / took;
    let cost = (run.server.cpu() - cpu) / times.len() as f64 * 1e6;
    println!("submit: {rate:.0}/s, {}, {cost:.0} µs of processor each in the server", percentiles(times));
    rate
}

/// Drafts of one client, spread over its people: nobody may hold hundreds of open ones.
fn make_drafts(run: &Run, client: usize, count: usize) -> Vec<(usize, String)> {
    let mine: Vec<usize> = (0..run.people.count()).filter(|p| p % run.clients == client).collect();
    let mut made = Vec::new();
    for (k, person) in mine.iter().enumerate() {
        let mut connection = run.people.connect(run.server.address, *person);
        let share = count / mine.len() + usize::from(k < count % mine.len());
        made.extend((0..share).map(|_| (*person, draft(&mut connection, &run.people))));
    }
    made
}

/// The raw limit on this disk, now: single dossiers a transaction, and 64.
fn raw_limit(dir: &Path, rows: &[raw::Row], during: Duration) -> (f64, f64) {
    let copy = dir.join("raw.sqlite3");
    let mut source = raw::open(&people::database(dir));
    raw::copy(&mut source, &copy);
    let mut conn = raw::open(&copy);
    let single = raw::rate(&mut conn, rows, 1, during);
    let grouped = raw::rate(&mut conn, rows, 64, during);
    println!("raw limit, plain diesel: {single:.0}/s one a transaction, {grouped:.0}/s in groups of 64");
    (single, grouped)
}

/// Whole journeys: begin, save, papers, submit.
fn journeys(run: &Run) {
    let (steps, took) = spread(run.clients, |i| {
        let mine: Vec<usize> = (0..run.people.count()).filter(|p| p % run.clients == i).collect();
        let mut connections: Vec<Client> = mine.iter().map(|p| run.people.connect(run.server.address, *p)).collect();
        let begun = Instant::now();
        let mut steps: Vec<[Duration; 4]> = Vec::new();
        while begun.elapsed() < run.during {
            let at = steps.len() % connections.len();
            let client = &mut connections[at];
            let mut times = Vec::new();
            let id = timed(&mut times, || begin(client));
            timed(&mut times, || save(client, &run.people, &id));
            timed(&mut times, || attach(client, &run.people, &id));
            timed(&mut times, || client.submit(&id).expect(200));
            steps.push([times[0], times[1], times[2], times[3]]);
        }
        steps
    });
    println!("whole journeys: {:.0}/s", steps.len() as f64 / took);
    for (i, name) in ["begin", "save", "papers", "submit"].iter().enumerate() {
        println!("  {name}: {}", percentiles(steps.iter().map(|s| s[i]).collect()));
    }
}

/// Submission, its acknowledgement as PDF in the citizen's hands, and every notice delivered.
fn with_paper_and_notice(run: &Run, dir: &Path, count: usize) {
    let mut conn = raw::open(&people::database(dir));
    wait_for_notices(&mut conn);
    let (ids, _) = spread(run.clients, |i| make_drafts(run, i, count / run.clients));
    let begun = Instant::now();
    let (times, _) = spread(run.clients, |i| {
        let mut times = Vec::new();
        let mut clients = HashMap::new();
        for (person, id) in ids.iter().skip(i).step_by(run.clients) {
            let client = clients.entry(*person).or_insert_with(|| run.people.connect(run.server.address, *person));
            timed(&mut times, || {
                client.submit(id).expect(200);
                let paper = client.get(&format!("/api/v1/dossiers/{id}/papers/xac-nhan-nop")).expect(200);
                assert!(paper.body.starts_with(b"%PDF"), "a PDF");
            });
        }
        times
    });
    let papers = begun.elapsed().as_secs_f64();
    let jobs = wait_for_notices(&mut conn);
    let all = begun.elapsed().as_secs_f64();
    let n = times.len() as f64;
    println!("submit + PDF: {:.0}/s, {}", n / papers, percentiles(times));
    println!("submit + PDF + notices delivered: {:.0}/s ({jobs} jobs done since the start)", n / all);
}

/// Waits until no job is waiting; how many are done.
fn wait_for_notices(conn: &mut diesel::sqlite::SqliteConnection) -> i64 {
    let begun = Instant::now();
    loop {
        let (waiting, done) = raw::jobs(conn);
        if waiting == 0 {
            return done;
        }
        assert!(begun.elapsed() < Duration::from_secs(600), "{waiting} jobs still wait");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A procedure's page against a bare handler that answers as many bytes.
fn public_page(run: &Run) {
    let path = format!("/thu-tuc/{}", people::PROCEDURE);
    let size = Client::connect(run.server.address, "").get(&path).expect(200).body.len();
    let page = requests(run, run.server.address, &path);
    let (mut other, address) = people::bare_server(size);
    let bare = requests(run, address, "/");
    let _ = other.kill();
    let _ = other.wait();
    println!("procedure page ({size} bytes): {page:.0}/s; bare handler: {bare:.0}/s; ratio {:.2}", page / bare);
}

fn requests(run: &Run, address: SocketAddr, path: &str) -> f64 {
    let (counts, took) = spread(run.clients * 2, |_| {
        let mut client = Client::connect(address, "");
        let begun = Instant::now();
        let mut n = 0_u64;
        while begun.elapsed() < run.during {
            client.get(path).expect(200);
            n += 1;
        }
        vec![n]
    });
    counts.iter().sum::<u64>() as f64 / took
}

/// Search as people type it, one visitor after another.
fn search(run: &Run) {
    let mut client = Client::connect(run.server.address, "");
    let mut times = Vec::new();
    let words = ["dang%20ky%20khai%20sinh", "khai%20s%C3%ADnh", "giay%20khai%20sinh", "ket%20hon", "dat%20dai"];
    let mut found = Value::Null;
    for word in words.iter().cycle().take(300) {
        let path = format!("/api/v1/procedures?q={word}");
        found = timed(&mut times, || client.get(&path).expect(200)).json();
    }
    println!("search over HTTP ({} procedures): {}", run.people.procedures, percentiles(times));
    assert!(found["items"].is_array());
}

/// A web server that does nothing but answer `size` bytes: what actix gives at most.
fn bare(size: usize) {
    use actix_web::{App, HttpResponse, HttpServer, web};
    let body = web::Bytes::from(vec![b'x'; size]);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    println!("http://{}", listener.local_addr().expect("its address"));
    let answer = move || {
        let body = body.clone();
        App::new().default_service(web::to(move || {
            let body = body.clone();
            async move { HttpResponse::Ok().content_type("text/html; charset=utf-8").body(body) }
        }))
    };
    let server = HttpServer::new(answer).listen(listener).expect("a server").run();
    actix_web::rt::System::new().block_on(server).expect("the server runs");
}
