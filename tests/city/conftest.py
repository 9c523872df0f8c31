from whole_city import city, city_loaded, packs_read

__all__ = ["city", "city_loaded", "packs_read"]
