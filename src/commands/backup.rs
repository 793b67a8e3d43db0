//! `backup FILE` and `restore FILE`: database and files in one archive, consistent while the server runs.
//!
//! The database is copied first. Files are stored by content hash and never change, so every file that the copy
//! refers to is there when the files are copied after it; files that came in between do no harm.
//! The root secret is not in the archive: without it sealed numbers can't be read, and it must be kept elsewhere.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::app;
use crate::config::Settings;
use crate::db::{Db, Engine, Url, backup, migrate};
use crate::kernel::clock;

/// Marks the archive's layout.
const FORMAT: &str = "motcua/backup/1";
const MANIFEST: &str = "manifest.json";
const EMBEDDED: &str = "database.sqlite3";
const TABLES: &str = "tables";
const FILES: &str = "files";

/// What an archive says about itself.
#[derive(serde::Serialize, serde::Deserialize)]
struct Manifest {
    format: String,
    /// `sqlite` or `postgres`
    engine: String,
    /// Versions of the migrations.
    schema: Vec<String>,
    made_at: String,
}

fn engine_name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    }
}

/// Writes the archive beside its place and renames it when it is whole.
pub(super) fn backup(file: &Path, settings: &Settings) -> anyhow::Result<()> {
    if file.exists() {
        bail!("{} exists already", file.display());
    }
    let files = files_folder(settings)?;
    let db = app::open_database(settings)?;
    let unfinished = beside(file, "part")?;
    let folder = beside(file, "tmp")?;
    let made = fs::create_dir_all(&folder).map_err(anyhow::Error::from).and_then(|()| {
        let manifest = copy_database(&db, &folder)?;
        pack(&unfinished, &folder, &manifest, &files)
    });
    let _ = fs::remove_dir_all(&folder);
    if let Err(e) = made {
        let _ = fs::remove_file(&unfinished);
        return Err(e);
    }
    fs::rename(&unfinished, file)?;
    println!("{} ({} bytes)", file.display(), file.metadata()?.len());
    println!("the root secret (MOTCUA_SECRET_KEY) is not in it: keep it apart");
    Ok(())
}

/// `FILE.ending` in the archive's own folder, so that nothing crosses file systems.
fn beside(file: &Path, ending: &str) -> anyhow::Result<PathBuf> {
    let name = file.file_name().ok_or_else(|| anyhow!("{} is no file name", file.display()))?;
    let mut name = name.to_owned();
    name.push(format!(".{}.{ending}", std::process::id()));
    Ok(file.with_file_name(name))
}

fn copy_database(db: &Db, folder: &Path) -> anyhow::Result<Manifest> {
    match db.engine() {
        Engine::Sqlite => backup::copy_embedded(db, &folder.join(EMBEDDED))?,
        Engine::Postgres => {
            fs::create_dir_all(folder.join(TABLES))?;
            backup::dump(db, &folder.join(TABLES))?;
        }
    }
    Ok(Manifest {
        format: FORMAT.into(),
        engine: engine_name(db.engine()).into(),
        schema: backup::versions(db)?,
        made_at: clock::machine_now().to_rfc3339(),
    })
}

fn pack(to: &Path, folder: &Path, manifest: &Manifest, files: &Path) -> anyhow::Result<()> {
    let file = File::create(to).with_context(|| format!("{} can't be written", to.display()))?;
    let mut tar = tar::Builder::new(GzEncoder::new(file, Compression::default()));
    let text = serde_json::to_vec_pretty(manifest)?;
    let mut header = tar::Header::new_gnu();
    header.set_size(u64::try_from(text.len())?);
    header.set_mode(0o600);
    header.set_cksum();
    tar.append_data(&mut header, MANIFEST, text.as_slice())?;
    tar.append_dir_all(".", folder)?;
    for path in stored(files)? {
        let inner = path.strip_prefix(files)?;
        tar.append_path_with_name(&path, Path::new(FILES).join(inner))?;
    }
    tar.into_inner()?.finish()?.sync_all()?;
    Ok(())
}

/// Every stored file; what is still being written (`unfinished/`) is nobody's yet.
fn stored(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        if !next.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != "unfinished") {
                    folders.push(path);
                }
            } else if path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn files_folder(settings: &Settings) -> anyhow::Result<PathBuf> {
    let folder = settings.storage_url.strip_prefix("file:");
    folder.map(PathBuf::from).ok_or_else(|| anyhow!("{}: only file:DIR can be backed up", settings.storage_url))
}

/// Fills an empty database and an empty file store from an archive.
pub(super) fn restore(file: &Path, settings: &Settings) -> anyhow::Result<()> {
    let files = files_folder(settings)?;
    if let Some(there) = stored(&files)?.first() {
        bail!("the file store is not empty: {}", there.display());
    }
    let url = Url::parse(&settings.database_url)?;
    refuse_filled(settings)?;
    let folder = settings.data_dir.join(format!("restore.{}.tmp", std::process::id()));
    fs::create_dir_all(&folder)?;
    let done = unpack(file, &folder).and_then(|manifest| put(&manifest, &folder, &url, settings, &files));
    let _ = fs::remove_dir_all(&folder);
    done?;
    println!("restored from {}", file.display());
    println!(
        "start it with the root secret it was made under (MOTCUA_SECRET_KEY; in development the file secret.key):"
    );
    println!("with another one its numbers stay sealed and nobody can sign in");
    Ok(())
}

/// A database with rows in it is not overwritten.
fn refuse_filled(settings: &Settings) -> anyhow::Result<()> {
    if let Url::Sqlite(path) = Url::parse(&settings.database_url)?
        && !path.exists()
    {
        return Ok(());
    }
    let db = app::open_database(settings)?;
    match backup::first_filled(&db)? {
        Some(table) => bail!("the database is not empty: there are rows in {table}"),
        None => Ok(()),
    }
}

/// Unpacks the archive; only plain files below the names that a backup has.
fn unpack(file: &Path, folder: &Path) -> anyhow::Result<Manifest> {
    let archive = File::open(file).with_context(|| format!("{} can't be read", file.display()))?;
    let mut tar = tar::Archive::new(GzDecoder::new(archive));
    let mut manifest = None;
    for entry in tar.entries()? {
        let mut entry = entry.context("not a backup of this product")?;
        let path = entry.path()?.into_owned();
        if path.components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir)) {
            bail!("the archive holds an unsafe path: {}", path.display());
        }
        if !entry.header().entry_type().is_file() {
            continue;
        }
        if path == Path::new(MANIFEST) {
            let mut text = String::new();
            entry.read_to_string(&mut text)?;
            manifest = Some(serde_json::from_str::<Manifest>(&text).context("manifest.json")?);
            continue;
        }
        let target = folder.join(&path);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        entry.unpack(&target)?;
    }
    let manifest = manifest.ok_or_else(|| anyhow!("not a backup of this product: {MANIFEST} is missing"))?;
    if manifest.format != FORMAT {
        bail!("a backup of another layout: {}", manifest.format);
    }
    Ok(manifest)
}

fn put(manifest: &Manifest, folder: &Path, url: &Url, settings: &Settings, files: &Path) -> anyhow::Result<()> {
    if manifest.engine != engine_name(url.engine()) {
        bail!("this backup is of {}, DATABASE_URL names {}", manifest.engine, engine_name(url.engine()));
    }
    match url {
        Url::Sqlite(path) => {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            for ending in ["", "-wal", "-shm"] {
                let mut name = path.clone().into_os_string();
                name.push(ending);
                if Path::new(&name).exists() {
                    fs::remove_file(&name)?;
                }
            }
            fs::copy(folder.join(EMBEDDED), path)?;
        }
        Url::Postgres(_) => {
            let db = app::open_database(settings)?;
            migrate::run(&db)?;
            let here = backup::versions(&db)?;
            if here != manifest.schema {
                bail!("this backup has another schema; restore it with the version of motcua that made it");
            }
            backup::load(&db, &folder.join(TABLES))?;
        }
    }
    let from = folder.join(FILES);
    for path in stored(&from)? {
        let target = files.join(path.strip_prefix(&from)?);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::copy(&path, &target)?;
    }
    if matches!(url, Url::Sqlite(_)) {
        migrate::run(&app::open_database(settings)?)?;
    }
    Ok(())
}
