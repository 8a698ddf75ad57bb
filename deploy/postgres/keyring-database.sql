-- Run once, when the data directory is made. The keyring has a database of its own, so that its backups can be kept for a
-- shorter time than those of the log: they hold the keys of everybody who was erased since.
CREATE DATABASE annals_keyring OWNER annals;
