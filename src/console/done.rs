//! What whoever sent a form without the application is told once it is saved.

/// What a person is told once it is saved.
pub struct Done {
    /// The page that comes next.
    pub to: String,
    /// What stands before it, this once.
    pub handed: Option<Handed>,
}

/// A secret, or what becomes of it.
pub struct Handed {
    pub title: String,
    /// What they are, and they.
    pub secrets: Vec<(&'static str, String)>,
    pub text: String,
}

impl Done {
    pub fn at(to: impl Into<String>) -> Done {
        Done { to: to.into(), handed: None }
    }

    #[must_use]
    pub fn handing(self, handed: Handed) -> Done {
        Done { handed: Some(handed), ..self }
    }
}
