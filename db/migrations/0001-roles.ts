/** The group roles that processes log in under. Roles belong to the whole server, so two databases may race to make them. */
import type { Migration } from './migration';

export const roles: Migration = {
  name: '0001-roles',
  up: `
    DO $$
    DECLARE role_name text;
    BEGIN
      FOREACH role_name IN ARRAY ARRAY['recon_app', 'wallet_app'] LOOP
        -- Asked first: an owner without CREATEROLE may run this where an administrator has made the roles.
        CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = role_name);
        BEGIN
          EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
      END LOOP;
    END $$;
    GRANT USAGE ON SCHEMA public TO recon_app;
  `,
  // Other databases of the same server may still use the roles: they are left in place.
  down: `REVOKE USAGE ON SCHEMA public FROM recon_app;`,
};
