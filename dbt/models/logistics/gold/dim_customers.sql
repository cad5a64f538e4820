{{ config(materialized='table') }}

with

customers as (

    select * from {{ ref('logistics__crm_cust_info') }}

),

demographics as (

    select * from {{ ref('logistics__erp_cust_az12') }}

),

locations as (

    select * from {{ ref('logistics__erp_loc_a101') }}

),

joined as (

    select
        customers.customer_id,
        customers.customer_number,
        customers.first_name,
        customers.last_name,
        coalesce(locations.country, 'n/a') as country,
        customers.marital_status,
        -- CRM is where a customer is asked; ERP knows many of whom CRM does not.
        coalesce(nullif(customers.gender, 'n/a'), demographics.gender, 'n/a') as gender,
        demographics.birth_date,
        customers.entered_on
    from customers
    left join demographics
        on customers.customer_number = demographics.customer_number
    left join locations
        on customers.customer_number = locations.customer_number

)

select
    {{ surrogate_key(['customer_id']) }} as customer_key,
    customer_id,
    customer_number,
    first_name,
    last_name,
    country,
    marital_status,
    gender,
    birth_date,
    entered_on
from joined
