// A fresh server is closed: nobody can sign up, log entries hold no addresses, and a superuser with a
// thrown-away password stands where PocketBase would otherwise offer its installer link to whoever
// sees the terminal. Operators make their own: see README.md.
migrate(
	(app) => {
		const settings = app.settings();
		settings.meta.appName = 'Parlance';
		settings.logs.logIP = false;
		settings.logs.logAuthId = false;
		app.save(settings);

		const users = app.findCollectionByNameOrId('users');
		users.listRule = null;
		users.viewRule = null;
		users.createRule = null;
		users.updateRule = null;
		users.deleteRule = null;
		users.authAlert.enabled = false;
		app.save(users);

		if (app.countRecords('_superusers') > 0) return;
		const superuser = new Record(app.findCollectionByNameOrId('_superusers'));
		superuser.setEmail(`${$security.randomString(20).toLowerCase()}@parlance.invalid`);
		superuser.setPassword($security.randomString(60));
		app.save(superuser);
	},
	() => {
		// Nothing to take back: an older version is served as well by a closed server.
	}
);
