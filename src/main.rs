//! The command line's entry: settings, logging, then one command.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser as _;
use motcua::app::App;
use motcua::commands::{self, Cli, Command, seed};
use motcua::config::{Profile, Settings};
use motcua::devservices::bank::Bank;
use motcua::devservices::vnpay::Vnpay;
use motcua::integrations::payment::{DEV_BASE, DEV_SECRET, DEV_TERMINAL};
use motcua::worker::{Options, Worker};
use motcua::{db, telemetry, web};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command.unwrap_or_default(), cli.data_dir) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("motcua: {}", commands::one_line(&error));
            if cli.verbose > 0 {
                error.chain().skip(1).for_each(|cause| eprintln!("  because: {cause}"));
            }
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command, data_dir: Option<PathBuf>) -> anyhow::Result<()> {
    // One crypto provider for everything that speaks TLS; two in one process can't agree on a default.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let settings = commands::settings(&command, data_dir)?;
    let format =
        if settings.profile == Profile::Production { telemetry::Format::Json } else { telemetry::Format::Text };
    telemetry::init(&settings.log.filter, format);
    for unknown in &settings.unknown_names {
        tracing::warn!("{unknown}; it has no effect");
    }
    match command {
        Command::Serve(_) => serve(settings),
        Command::Worker => work(settings),
        other => commands::run(other, &settings),
    }
}

/// Web server and background worker in one process.
fn serve(mut settings: Settings) -> anyhow::Result<()> {
    let listen = settings.server.listen;
    // First of all: where the port is taken, nothing is made or migrated.
    let listener = std::net::TcpListener::bind(listen)
        .map_err(|e| anyhow::anyhow!("{listen} can't be listened on: {}", not_listened(&e)))?;
    let address = listener.local_addr()?;
    settings.listens_on(address);
    commands::may_start(&settings)?;
    let who = format!("process {} at http://{address}", std::process::id());
    let _serving = db::Serving::begin(&db::Url::parse(&settings.database_url)?, &who)?;
    let app = ready(settings)?;
    let system = actix_web::rt::System::new();
    let worker = system.block_on(async { worker_of(&app) })?;
    if app.settings.profile == Profile::Development && system.block_on(seed::is_empty(&app))? {
        system.block_on(seed::demo(&app))?;
        tracing::info!("demonstration data loaded");
        seed::left_out(&app).into_iter().for_each(|what| tracing::warn!("{what}"));
    }
    println!("Một Cửa: http://{address}");
    if app.settings.profile == Profile::Development {
        print_sign_ins();
    }
    system.block_on(async move {
        let (stop, stopped) = tokio::sync::watch::channel(());
        let ends = |mut stopped: tokio::sync::watch::Receiver<()>| async move {
            let _ = stopped.changed().await;
        };
        let working = tokio::spawn(worker.run(ends(stopped.clone())));
        tokio::spawn(async move {
            web::shutdown_signal().await;
            let _ = stop.send(());
        });
        let extra = stand_ins(&app);
        let served = web::serve(app, (listener, extra), ends(stopped)).await;
        let _ = working.await;
        served
    })?;
    tracing::info!("stopped");
    Ok(())
}

/// Why nobody can listen there, and what to do.
fn not_listened(e: &std::io::Error) -> String {
    use std::io::ErrorKind;
    let another = "choose another with --listen or MOTCUA_LISTEN";
    match e.kind() {
        ErrorKind::AddrInUse => {
            format!(
                "Address already in use. Another program, perhaps another motcua, listens there: stop it, or {another}"
            )
        }
        ErrorKind::AddrNotAvailable => format!("this machine does not have that address; {another}"),
        ErrorKind::PermissionDenied => {
            format!("ports below 1024 are kept for the system; {another}, or let a proxy pass requests on")
        }
        _ => e.to_string(),
    }
}

/// In development the pay page of a gateway and a bank that move no money, unless real ones are set up.
fn stand_ins(app: &App) -> Option<web::Extra> {
    let settings = &app.settings;
    let portal = format!("http://{}", settings.server.listen);
    let gateway = (settings.profile == Profile::Development && settings.vnpay.is_empty())
        .then(|| Vnpay::new(DEV_TERMINAL, DEV_SECRET, format!("{portal}/thanh-toan/vnpay/ipn")));
    let notices = format!("{portal}/api/v1/payments/bank_notices");
    let bank = Bank::new(DEV_SECRET, notices).map(|bank| bank.by_clock(app.clock.clone()));
    let bank = app.development_bank().zip(bank);
    (gateway.is_some() || bank.is_some()).then(|| {
        let extra: web::Extra = Arc::new(move |config| {
            gateway.iter().for_each(|gateway| gateway.configure(DEV_BASE, config));
            bank.iter().for_each(|(base, bank)| bank.configure(base, config));
        });
        extra
    })
}

/// Background worker alone.
fn work(settings: Settings) -> anyhow::Result<()> {
    commands::may_start(&settings)?;
    let app = ready(settings)?;
    if app.db.engine() == db::Engine::Sqlite {
        anyhow::bail!("on the embedded database `serve` does the background work: run `worker` with PostgreSQL only");
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let worker = runtime.block_on(async { worker_of(&app) })?;
    runtime.block_on(worker.run(web::shutdown_signal()));
    Ok(())
}

/// The product with the newest schema.
fn ready(settings: Settings) -> anyhow::Result<App> {
    let (app, migrated) = App::open(settings)?;
    for name in migrated {
        tracing::info!(migration = name, "migrated");
    }
    Ok(app)
}

/// The background worker; within a runtime, which the mail client needs.
fn worker_of(app: &App) -> anyhow::Result<Worker> {
    let settings = &app.settings.worker;
    let options = Options::new(settings.concurrency, Duration::from_millis(settings.poll_ms));
    Ok(Worker::new(app.db.clone(), app.clock.clone(), app.jobs()?, options, app.metrics.clone()))
}

/// The demonstration sign-ins, so that a person who just started the product gets in.
fn print_sign_ins() {
    println!("\nTài khoản trình diễn (mật khẩu {}, mã TOTP của cán bộ: {}):", seed::PASSWORD, seed::TOTP_SECRET);
    for (identifier, who, _) in seed::sign_ins() {
        println!("  {identifier:<24} {who}");
    }
}
