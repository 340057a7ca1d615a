//! The role of an integration or an API user: the lowest, and a field only where it decides something, which is whom it may manage.

use crate::access::Role;
use crate::ui::{Card, Choice, SelectField, Sent};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct RoleState {
    chosen: RwSignal<String>,
    /// None while adding.
    held: Option<Role>,
    administers: Signal<bool>,
}

impl RoleState {
    /// `administers`: what is ticked opens a screen of the administration.
    pub fn new(held: Option<Role>, administers: Signal<bool>) -> RoleState {
        RoleState { chosen: RwSignal::new(held.unwrap_or(Role::Owner).code().to_owned()), held, administers }
    }

    /// Takes over what was chosen before the application had started.
    pub fn take(self, sent: &Sent) {
        sent.fill("role", self.chosen);
    }

    fn is_asked(self) -> bool {
        self.administers.get() || self.held.is_some_and(|role| role > Role::Owner)
    }

    /// The lowest where the form does not ask.
    pub fn role(self) -> Role {
        let asked = untrack(|| self.is_asked());
        Role::from_code(&self.chosen.get_untracked()).filter(|_| asked).unwrap_or(Role::Owner)
    }
}

/// `roles`: those that the viewer may give.
pub fn role_card(state: RoleState, roles: &[Role], error: Signal<Option<String>>) -> AnyView {
    let held = state.held.filter(|role| !roles.contains(role));
    let options = roles.iter().copied().chain(held).map(|role| Choice::new(role.code(), role.label()));
    let options = StoredValue::new(options.collect::<Vec<_>>());
    (move || {
        state.is_asked().then(|| view! {
            <Card title="Role">
                <SelectField name="role" label="Role" options=options.get_value() value=state.chosen error=error required=true
                    hint="Limits which users it can manage. Can't be higher than your own role." />
            </Card>
        })
    })
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_is_the_lowest_until_it_is_asked_for_and_chosen() {
        Owner::new().with(|| {
            let administers = RwSignal::new(true);
            let state = RoleState::new(None, administers.into());
            assert_eq!(state.role(), Role::Owner);
            state.chosen.set(Role::CommonManager.code().to_owned());
            assert_eq!(state.role(), Role::CommonManager);
            administers.set(false);
            assert_eq!(state.role(), Role::Owner, "what the form does not show is not sent");
            let held = RoleState::new(Some(Role::OperationsEngineer), administers.into());
            assert_eq!(held.role(), Role::OperationsEngineer, "what it has stays");
        });
    }
}
