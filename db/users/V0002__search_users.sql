-- Finds part of a username or an e-mail address within a range of ids, sixteen to a step, in one index: so a search reads only rows that
-- match, and no more of them than a page needs. Neither of the two has a space.
create index users_search_idx on users.users using gin ((id / 16), (username || ' ' || email) public.gin_trgm_ops) with (fastupdate = off);
