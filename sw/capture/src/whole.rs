//! Files that appear whole or not at all: written beside their place first, and then moved into it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// A file that is being written.
#[derive(Debug)]
pub struct WholeFile {
    /// Where it is written, until it is whole; `None` where it is written in place.
    part: Option<PathBuf>,
    path: PathBuf,
    file: BufWriter<File>,
    /// It is for its owner alone, and there after a loss of power.
    secret: bool,
}

impl WholeFile {
    /// Begins a file; what has its name keeps it until [`finish`](Self::finish). A FIFO or a device is written in place: it has readers.
    ///
    /// # Errors
    /// If the folder takes no file.
    pub fn create(path: &Path) -> io::Result<Self> {
        Self::begin(path, false)
    }

    fn begin(path: &Path, secret: bool) -> io::Result<Self> {
        if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            return Self::live(path);
        }
        let mut part = path.to_owned().into_os_string();
        part.push(format!(".{}.part", std::process::id()));
        let mut options = OpenOptions::new();
        // A secret goes into no file that is there already: others might have it open, or it might lead elsewhere.
        if secret {
            options.create_new(true).mode(0o600)
        } else {
            options.create(true).truncate(true)
        };
        let file = options.write(true).open(&part)?;
        Ok(Self { part: Some(part.into()), path: path.into(), file: BufWriter::new(file), secret })
    }

    /// Begins a file in its place, for who reads along.
    ///
    /// # Errors
    /// If it cannot be created.
    pub fn live(path: &Path) -> io::Result<Self> {
        Ok(Self { part: None, path: path.into(), file: BufWriter::new(File::create(path)?), secret: false })
    }

    /// Ends it, and gives it its name.
    ///
    /// # Errors
    /// If the disk takes no more; what had its name before then stays.
    pub fn finish(mut self) -> io::Result<()> {
        self.file.flush()?;
        let Some(part) = &self.part else { return Ok(()) };
        if self.secret {
            self.file.get_ref().sync_all()?;
        }
        fs::rename(part, &self.path)?;
        self.part = None;
        if self.secret {
            let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
            File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        }
        Ok(())
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if let Some(part) = &self.part {
            // It was given up; nobody waits for it.
            let _ = fs::remove_file(part);
        }
    }
}

/// Writes a file whole or not at all.
///
/// # Errors
/// If the folder takes no file, or the disk is full; what was there before stays.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = WholeFile::create(path)?;
    file.write_all(bytes)?;
    file.finish()
}

/// The same for a file that its owner alone may read, and that is there after a loss of power.
///
/// # Errors
/// As [`replace`].
pub fn replace_secret(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = WholeFile::begin(path, true)?;
    file.write_all(bytes)?;
    file.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    /// A folder that is removed with all that is in it.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("tandem-whole-{name}-{}", std::process::id()));
            fs::create_dir(&path).unwrap();
            Self(path)
        }

        fn names(&self) -> Vec<String> {
            fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn a_file_that_is_given_up_leaves_what_was_there() {
        let folder = Folder::new("given-up");
        let path = folder.0.join("out");
        replace(&path, b"old").unwrap();
        let mut file = WholeFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        file.flush().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        drop(file);
        assert_eq!((fs::read(&path).unwrap(), folder.names()), (b"old".to_vec(), vec!["out".to_owned()]));
        replace(&path, b"new").unwrap();
        assert_eq!((fs::read(&path).unwrap(), folder.names()), (b"new".to_vec(), vec!["out".to_owned()]));
    }

    #[test]
    fn a_secret_is_for_its_owner_and_goes_into_no_file_that_is_there() {
        let folder = Folder::new("secret");
        let path = folder.0.join("out");
        replace_secret(&path, b"key").unwrap();
        assert_eq!((fs::read(&path).unwrap(), fs::metadata(&path).unwrap().permissions().mode() & 0o777), (b"key".to_vec(), 0o600));
        let (elsewhere, part) = (folder.0.join("elsewhere"), folder.0.join(format!("out.{}.part", std::process::id())));
        std::os::unix::fs::symlink(&elsewhere, part).unwrap();
        assert_eq!(replace_secret(&path, b"new key").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!((fs::read(&path).unwrap(), elsewhere.exists()), (b"key".to_vec(), false));
    }

    #[test]
    fn a_device_is_written_in_place() {
        replace(Path::new("/dev/null"), b"nothing").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[test]
    fn a_live_file_is_read_along() {
        let folder = Folder::new("live");
        let path = folder.0.join("out");
        let mut file = WholeFile::live(&path).unwrap();
        file.write_all(b"frame").unwrap();
        file.flush().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"frame");
        file.finish().unwrap();
    }
}
