//! What is typed into the form of a user, and how it is saved.

use super::api;
use super::model::{FormChoices, NewUser, PasswordSetup, Region, Rights, User, UserChange, UserView};
use super::reset::passwords_differ;
use super::rights_fields::RightsState;
use crate::access::Role;
use crate::error::AppError;
use crate::ui::Sent;
use leptos::prelude::*;

/// Everything that is typed, and what it started from.
#[derive(Clone, Copy)]
pub struct Fields {
    pub username: RwSignal<String>,
    pub name: RwSignal<String>,
    pub email: RwSignal<String>,
    pub region: RwSignal<String>,
    pub phone: RwSignal<String>,
    pub company: RwSignal<String>,
    pub description: RwSignal<String>,
    pub role: RwSignal<String>,
    pub mode: RwSignal<String>,
    pub password: RwSignal<String>,
    pub again: RwSignal<String>,
    pub rights: RightsState,
    /// None while adding.
    pub base: RwSignal<Option<UserView>>,
}

impl Fields {
    pub fn new(user: Option<UserView>, choices: &FormChoices) -> Fields {
        let text = || RwSignal::new(String::new());
        let company = choices.companies.first().map(|company| company.id.clone());
        let fields = Fields {
            username: text(),
            name: text(),
            email: text(),
            region: RwSignal::new(Region::default().code().to_owned()),
            phone: text(),
            company: RwSignal::new(company.unwrap_or_default()),
            description: text(),
            role: text(),
            mode: RwSignal::new("auto".to_owned()),
            password: text(),
            again: text(),
            rights: RightsState::new(choices.profiles.clone(), choices.everything),
            base: RwSignal::new(None),
        };
        if let Some(user) = user {
            fields.load(user);
        }
        if let Some(sent) = Sent::here() {
            fields.take(&sent);
        }
        fields
    }

    /// Takes over what was filled in before the application had started.
    fn take(self, sent: &Sent) {
        let texts = [
            ("username", self.username),
            ("name", self.name),
            ("email", self.email),
            ("region", self.region),
            ("phone", self.phone),
            ("company_id", self.company),
            ("description", self.description),
            ("role", self.role),
            ("mode", self.mode),
            ("password", self.password),
            ("again", self.again),
        ];
        texts.into_iter().for_each(|(name, value)| sent.fill(name, value));
        self.rights.take(sent);
        if let Some(version) = sent.version() {
            self.base.update(|base| base.iter_mut().for_each(|view| view.user.version = version));
        }
    }

    /// Forgets what was typed for this user.
    pub fn load(self, view: UserView) {
        let user = &view.user;
        self.username.set(user.username.clone());
        self.name.set(user.name.clone());
        self.email.set(user.email.clone());
        self.region.set(user.region.code().to_owned());
        self.phone.set(user.phone.clone());
        self.company.set(user.company_id.clone());
        self.description.set(user.description.clone());
        self.role.set(user.role.code().to_owned());
        self.rights.load(user.rights());
        self.base.set(Some(view));
    }

    pub async fn save(self) -> Result<SaveOutcome, AppError> {
        if let Some(wrong) = self.passwords_differ().then(passwords_differ).or_else(|| self.rights.missing()) {
            return Err(wrong);
        }
        match self.base.get_untracked() {
            None => api::create(self.new_user()).await.map(|view| SaveOutcome::Added(view.user)),
            Some(UserView { user, home, .. }) => {
                let saved = api::edit(user.id, user.version, self.change(home)).await;
                saved.map(|view| SaveOutcome::Edited(view.user))
            }
        }
    }

    fn passwords_differ(self) -> bool {
        let custom = self.base.with_untracked(Option::is_none) && self.mode.get_untracked() == "custom";
        custom && self.password.get_untracked() != self.again.get_untracked()
    }

    fn region(self) -> Region {
        Region::from_code(&self.region.get_untracked()).unwrap_or_default()
    }

    /// A number that was typed before the region was changed away is not sent.
    fn phone(self) -> String {
        if self.region() == Region::AsiaPacific { self.phone.get_untracked() } else { String::new() }
    }

    fn new_user(self) -> NewUser {
        let password = match self.mode.get_untracked().as_str() {
            "custom" => PasswordSetup::Custom { value: self.password.get_untracked() },
            _ => PasswordSetup::Auto,
        };
        let Rights { profiles, places, profile_places, organization_levels } = self.rights.rights();
        NewUser {
            username: self.username.get_untracked(),
            name: self.name.get_untracked(),
            region: self.region(),
            phone: self.phone(),
            email: self.email.get_untracked(),
            password,
            company_id: Some(self.company.get_untracked()),
            description: self.description.get_untracked(),
            role: Role::from_code(&self.role.get_untracked()),
            profiles,
            places,
            profile_places,
            organization_levels,
        }
    }

    /// What is sent. A number that the form does not ask for is left alone: its owner may have set it.
    pub(super) fn change(self, home: bool) -> UserChange {
        let Rights { profiles, places, profile_places, organization_levels } = self.rights.rights();
        UserChange {
            username: home.then(|| self.username.get_untracked()),
            name: home.then(|| self.name.get_untracked()),
            region: Some(self.region()),
            phone: (home && self.region() == Region::AsiaPacific).then(|| self.phone()),
            email: home.then(|| self.email.get_untracked()),
            company_id: Some(self.company.get_untracked()),
            description: Some(self.description.get_untracked()),
            role: Role::from_code(&self.role.get_untracked()),
            profiles: Some(profiles),
            places,
            profile_places: Some(profile_places),
            organization_levels: Some(organization_levels),
        }
    }
}

/// What saving came to.
#[derive(Clone)]
pub enum SaveOutcome {
    Added(User),
    Edited(User),
}
