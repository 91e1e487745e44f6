//! The data directory: one process at a time, and the two files that hold keys.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::randomness::Randomness;

const LOCK_FILE: &str = "sluice.lock";
const SECRET_KEY_FILE: &str = "secret.key";
const CLI_KEY_FILE: &str = "cli.key";

/// The server that holds a data directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningServer {
    pub pid: u32,
    /// Empty until it listens.
    pub url: String,
}

impl RunningServer {
    /// Who holds the directory, and what to do about it. Without an address it is a command that works by itself, or a server that starts.
    fn holder(&self) -> String {
        if self.url.is_empty() {
            return format!("another command (process {}); try again when it has ended", self.pid);
        }
        format!("the server at {} (process {}); use that one, or stop it first", self.url, self.pid)
    }
}

/// The right to a data directory; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct DataDirLock {
    file: File,
    path: PathBuf,
}

#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    #[error("{} is in use by {}", .data_dir.display(), .server.holder())]
    InUse { data_dir: PathBuf, server: RunningServer },
    #[error("{} cannot be used: {source}; choose another folder with SLUICE_DATA_DIR", .path.display())]
    Unusable { path: PathBuf, source: std::io::Error },
    #[error("{} holds no key; restore it from a backup, or remove it to have a new one made (stored credentials are then lost)", .path.display())]
    EmptyKey { path: PathBuf },
}

/// Makes the folder, readable by its user alone.
pub fn create(data_dir: &Path) -> Result<(), DataDirError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data_dir).map_err(|source| unusable(data_dir, source))
}

/// Takes the data directory for this process, or says who has it.
pub fn lock(data_dir: &Path) -> Result<DataDirLock, DataDirError> {
    create(data_dir)?;
    let path = data_dir.join(LOCK_FILE);
    let failed = |source| unusable(&path, source);
    let file = private(OpenOptions::new().read(true).write(true).create(true)).open(&path).map_err(failed)?;
    match try_lock(&file) {
        Ok(()) => {
            let lock = DataDirLock { file, path };
            lock.announce("")?;
            Ok(lock)
        }
        Err(TryLockError::WouldBlock) => {
            Err(DataDirError::InUse { data_dir: data_dir.to_owned(), server: read_server(&path).map_err(failed)? })
        }
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// A command that looks whether a server runs holds the lock for a moment; that moment is waited out.
fn try_lock(file: &File) -> Result<(), TryLockError> {
    for _ in 0..1_000 {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::yield_now(),
            done => return done,
        }
    }
    file.try_lock()
}

impl DataDirLock {
    /// Tells others under which URL this process serves.
    pub fn announce(&self, url: &str) -> Result<(), DataDirError> {
        let server = RunningServer { pid: std::process::id(), url: url.to_owned() };
        let text = serde_json::to_string(&server).expect("a number and a text are JSON");
        let mut file = &self.file;
        file.set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(text.as_bytes()))
            .map_err(|source| unusable(&self.path, source))
    }
}

/// The server that holds the data directory now; `None` when nobody does, whatever the file says, or when it does not listen yet.
pub fn running_server(data_dir: &Path) -> Option<RunningServer> {
    let path = data_dir.join(LOCK_FILE);
    let file = File::open(&path).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => read_server(&path).ok().filter(|server| !server.url.is_empty()),
        Ok(()) | Err(TryLockError::Error(_)) => None,
    }
}

/// The key that seals credentials, made at the first call.
pub fn secret_key(data_dir: &Path, randomness: &Randomness) -> Result<SecretString, DataDirError> {
    let path = data_dir.join(SECRET_KEY_FILE);
    if let Some(key) = read_key(&path)? {
        return Ok(key);
    }
    let key = SecretString::from(randomness.token(64));
    write_key(&path, &key)?;
    Ok(key)
}

/// The owner's API key for the command line on this machine, if one is kept.
pub fn cli_key(data_dir: &Path) -> Result<Option<SecretString>, DataDirError> {
    read_key(&data_dir.join(CLI_KEY_FILE))
}

/// Keeps the owner's API key for the command line; returns where.
pub fn keep_cli_key(data_dir: &Path, key: &SecretString) -> Result<PathBuf, DataDirError> {
    let path = data_dir.join(CLI_KEY_FILE);
    write_key(&path, key)?;
    Ok(path)
}

fn read_server(path: &Path) -> Result<RunningServer, std::io::Error> {
    let mut text = String::new();
    File::open(path)?.read_to_string(&mut text)?;
    // Between taking the lock and writing, the file is empty or tells of an earlier process.
    Ok(serde_json::from_str(&text).unwrap_or(RunningServer { pid: 0, url: String::new() }))
}

fn read_key(path: &Path) -> Result<Option<SecretString>, DataDirError> {
    match std::fs::read_to_string(path) {
        Ok(text) if text.trim().is_empty() => Err(DataDirError::EmptyKey { path: path.to_owned() }),
        Ok(text) => Ok(Some(text.trim().into())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(unusable(path, source)),
    }
}

/// Written beside and renamed, so that a crash leaves a whole key or none.
fn write_key(path: &Path, key: &SecretString) -> Result<(), DataDirError> {
    let beside = path.with_extension("key.part");
    let failed = |source| unusable(path, source);
    let mut file = private(OpenOptions::new().write(true).create(true).truncate(true)).open(&beside).map_err(failed)?;
    file.write_all(key.expose_secret().as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::rename(&beside, path).map_err(failed)
}

/// For its user alone, where the system knows users.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn unusable(path: &Path, source: std::io::Error) -> DataDirError {
    DataDirError::Unusable { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_second_process_is_told_the_url_of_the_first() {
        let folder = TempDir::new().expect("a folder");
        assert_eq!(running_server(folder.path()), None);
        let held = lock(folder.path()).expect("nobody holds it");
        assert_eq!(running_server(folder.path()), None, "it does not listen yet");
        held.announce("http://127.0.0.1:4711").expect("it is written");
        let server = RunningServer { pid: std::process::id(), url: "http://127.0.0.1:4711".into() };
        assert_eq!(running_server(folder.path()), Some(server));
        let refused = lock(folder.path()).expect_err("it is held").to_string();
        assert!(refused.contains("http://127.0.0.1:4711") && refused.contains("stop it first"), "{refused}");
        drop(held);
        assert_eq!(running_server(folder.path()), None, "a file that nobody holds says nothing");
        lock(folder.path()).expect("it is free again");
    }

    #[test]
    fn keys_are_made_once_and_kept_for_their_user_alone() {
        let folder = TempDir::new().expect("a folder");
        let first = secret_key(folder.path(), &Randomness::seeded(1)).expect("a key is made");
        let second = secret_key(folder.path(), &Randomness::seeded(2)).expect("the key is read");
        assert_eq!((first.expose_secret().len(), first.expose_secret()), (64, second.expose_secret()));
        assert!(cli_key(folder.path()).expect("it is looked for").is_none());
        keep_cli_key(folder.path(), &"sk_x".into()).expect("it is kept");
        assert_eq!(cli_key(folder.path()).expect("it is read").map(|key| key.expose_secret().to_owned()).as_deref(), Some("sk_x"));
        #[cfg(unix)]
        for name in ["secret.key", "cli.key"] {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(folder.path().join(name)).expect("the file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }

    #[test]
    fn an_empty_key_file_is_not_replaced() {
        let folder = TempDir::new().expect("a folder");
        std::fs::write(folder.path().join("secret.key"), "\n").expect("the file is written");
        let refused = secret_key(folder.path(), &Randomness::seeded(1)).expect_err("an empty key");
        assert!(matches!(refused, DataDirError::EmptyKey { .. }));
    }

    #[test]
    fn who_holds_the_directory_is_told_without_an_address_that_it_has_not() {
        let held =
            |url: &str| DataDirError::InUse { data_dir: "/data".into(), server: RunningServer { pid: 42, url: url.into() } }.to_string();
        assert_eq!(held(""), "/data is in use by another command (process 42); try again when it has ended");
        let server = "/data is in use by the server at http://127.0.0.1:8080 (process 42); use that one, or stop it first";
        assert_eq!(held("http://127.0.0.1:8080"), server);
    }
}
