# Read by the PostgreSQL image when it creates the primary: its 'all' databases do not include replication.
echo 'host replication all all trust' >>"$PGDATA/pg_hba.conf"
