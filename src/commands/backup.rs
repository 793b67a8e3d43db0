//! `backup FILE` and `restore FILE`: database and files in one archive, consistent while the server runs.
//!
//! The database is copied first. Files are stored by content hash and never change, so every file that the copy
//! refers to is there when the files are copied after it; files that came in between do no harm.
//! The root secret is not in the archive: without it sealed numbers can't be read, and it must be kept elsewhere. The
//! archive has its mark, so that nothing is restored beside another one.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::app::{self, root_secret};
use crate::config::Settings;
use crate::db::{Db, Engine, Url, backup, migrate};
use crate::documents;
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
    /// The database's mark of its root secret; none where it was never started.
    #[serde(default)]
    root_secret: Option<String>,
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
    let place = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !place.is_dir() {
        bail!("{}: there is no such folder", place.display());
    }
    let files = files_folder(settings)?;
    let db = app::open_existing_database(settings)?;
    if migrate::versions(&db)?.is_empty() {
        bail!("the database is empty: there is nothing to back up");
    }
    if !files.is_dir() && db.read_blocking(documents::any_blob)? {
        bail!("the file store {} is missing, and the database names files in it", files.display());
    }
    let unfinished = beside(file, "part")?;
    let folder = beside(file, "tmp")?;
    let made = fs::create_dir(&folder).map_err(anyhow::Error::from).and_then(|()| {
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
        schema: migrate::versions(db)?,
        made_at: clock::machine_now().to_rfc3339(),
        root_secret: db.read_blocking(root_secret::mark)?,
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
    let manifest = manifest_of(file)?;
    if manifest.engine != engine_name(url.engine()) {
        bail!("this backup is of {}, DATABASE_URL names {}", manifest.engine, engine_name(url.engine()));
    }
    let known = same_secret(&manifest, settings)?;
    refuse_filled(settings)?;
    let folder = settings.data_dir.join(format!("restore.{}.tmp", std::process::id()));
    fs::create_dir_all(&folder)?;
    let done = unpack(file, &folder).and_then(|()| put(&manifest, &folder, &url, settings, &files));
    let _ = fs::remove_dir_all(&folder);
    done?;
    match &url {
        Url::Sqlite(database) => println!("restored from {} into {}", file.display(), database.display()),
        Url::Postgres(_) => println!("restored from {} into the database of DATABASE_URL", file.display()),
    }
    if !known {
        println!("start it with the root secret it was made under (MOTCUA_SECRET_KEY; in development secret.key)");
    }
    Ok(())
}

/// Whether the archive was made under the root secret set here; unknown where it bears no mark or none is set yet: then
/// the start will look. What was sealed under one root secret can't be read under another.
fn same_secret(manifest: &Manifest, settings: &Settings) -> anyhow::Result<bool> {
    let Some(mark) = &manifest.root_secret else { return Ok(false) };
    match root_secret::is_of(settings, mark)? {
        Some(true) => return Ok(true),
        None => return Ok(false),
        Some(false) => {}
    }
    bail!(
        "nothing was restored: this backup was made under another root secret than the one set here. Set MOTCUA_SECRET_KEY to the backup's own (in \
         development put its file secret.key into {}); without it its numbers stay sealed and nobody could sign in",
        settings.data_dir.display()
    )
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

/// What the archive says about itself. It stands first, so that little is read of one that can't be restored.
fn manifest_of(file: &Path) -> anyhow::Result<Manifest> {
    let mut tar = opened(file)?;
    for entry in tar.entries()? {
        let mut entry = entry.context("not a backup of this product")?;
        if entry.path()? == Path::new(MANIFEST) {
            let mut text = String::new();
            entry.read_to_string(&mut text)?;
            let manifest: Manifest = serde_json::from_str(&text).context(MANIFEST)?;
            if manifest.format != FORMAT {
                bail!("a backup of another layout: {}", manifest.format);
            }
            return Ok(manifest);
        }
    }
    bail!("not a backup of this product: {MANIFEST} is missing")
}

fn opened(file: &Path) -> anyhow::Result<tar::Archive<GzDecoder<File>>> {
    let archive = File::open(file).with_context(|| format!("{} can't be read", file.display()))?;
    Ok(tar::Archive::new(GzDecoder::new(archive)))
}

/// Unpacks the archive; only plain files below the names that a backup has.
fn unpack(file: &Path, folder: &Path) -> anyhow::Result<()> {
    let mut tar = opened(file)?;
    for entry in tar.entries()? {
        let mut entry = entry.context("not a backup of this product")?;
        let path = entry.path()?.into_owned();
        if path.components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir)) {
            bail!("the archive holds an unsafe path: {}", path.display());
        }
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let target = folder.join(&path);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        entry.unpack(&target)?;
    }
    Ok(())
}

fn put(manifest: &Manifest, folder: &Path, url: &Url, settings: &Settings, files: &Path) -> anyhow::Result<()> {
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
            let here = migrate::versions(&db)?;
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
