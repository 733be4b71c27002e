/** The statements of the metrics room, run as the system. */

export const MEASURED_SPACES = `
  select s.tenant_id as "tenantId", coalesce(c.name, s.name) as collection, s.model, s.tuned, s.measured
  from aquifer.vector_spaces s left join aquifer.collections c on c.tenant_id = s.tenant_id and c.id = s.collection_id
  where s.state = 'active' and s.measured ? 'wanted' order by s.vectors desc limit 10000`;
