-- Finds part of a name within a range of ids, sixteen to a step, in one index: so a search reads only rows that match, and no more of them
-- than a page needs. It mentions neither stock nor version, so that their updates stay HOT. Without fastupdate a search has no list of
-- unsorted rows to look through.
create index products_search_idx on products.products using gin ((id / 16), name public.gin_trgm_ops) with (fastupdate = off);
