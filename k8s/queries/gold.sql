select *
from gold_forex.daily_pair_volume
order by trades desc
limit 5;
