//! Who may open the files that hold password hashes.

use crate::db::connect;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

#[tokio::test]
async fn other_accounts_of_the_machine_can_open_nothing_that_doorward_makes() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new/data");
    let file = data.join("doorward.db");
    let _db = connect(&url(&file)).await.unwrap();
    assert_eq!((mode(&folder.path().join("new")), mode(&data)), (0o700, 0o700));
    let made: Vec<_> = fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(made.contains(&data.join("doorward.db-wal")), "{made:?}");
    for file in made {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn file_that_everybody_could_open_is_narrowed_and_what_was_chosen_stays() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let file = folder.path().join("doorward.db");
    for (before, after) in [(0o644, 0o600), (0o666, 0o600), (0o640, 0o640), (0o660, 0o660)] {
        let db = connect(&url(&file)).await.unwrap();
        db.close().await;
        fs::set_permissions(&file, Permissions::from_mode(before)).unwrap();
        let db = connect(&url(&file)).await.unwrap();
        assert_eq!(mode(&file), after, "was {before:o}");
        assert_eq!(mode(&folder.path().join("doorward.db-wal")), after, "was {before:o}");
        db.close().await;
    }
    assert_eq!(mode(folder.path()), 0o755, "the folder was there");
}

#[tokio::test]
async fn database_that_is_no_file_is_refused_with_one_line() {
    for url in ["sqlite://:memory:", "sqlite://"] {
        let error = connect(url).await.unwrap_err().0;
        assert!(error.contains("must name a file") && !error.contains('\n'), "{url}: {error}");
    }
}
