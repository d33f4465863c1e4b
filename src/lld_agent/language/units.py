"""Units by name: dimension and factor to the base unit of `model.quantity.Dimension`."""

from lld_agent.model.quantity import Dimension

_TIME: dict[float, str] = {
    1e-9: "ns nanosecond nanoseconds",
    1e-6: "µs μs us microsecond microseconds",
    1e-3: "ms msec millis millisecond milliseconds millisekunde millisekunden milisegundo milisegundos milissegundo "
    "milissegundos 毫秒",
    1.0: "s sec secs second seconds sek sekunde sekunden segundo segundos 秒 秒钟",
    60.0: "min mins minute minutes minuten minuto minutos 分 分钟",
    3600.0: "h hr hrs hour hours std stunde stunden hora horas 小时 个小时",
    86400.0: "d day days tag tage tagen día días dia dias 天 日 个工作日 工作日",
    604800.0: "week weeks woche wochen semana semanas 周 星期",
    2592000.0: "month months monat monate monaten mes meses mês 个月 月",
    31536000.0: "year years jahr jahre jahren año años ano anos 年",
}
_SIZE: dict[float, str] = {
    1.0: "B byte bytes 字节",
    1e3: "KB kB kb kilobyte kilobytes",
    1e6: "MB megabyte megabytes",
    1e9: "GB gigabyte gigabytes",
    1e12: "TB terabyte terabytes",
    1e15: "PB",
    2.0**10: "KiB Ki",
    2.0**20: "MiB Mi",
    2.0**30: "GiB Gi",
    2.0**40: "TiB Ti",
}
_OTHER: dict[tuple[Dimension, float], str] = {
    (Dimension.RATE, 1.0): "rps qps tps RPS QPS TPS req/s reqs/s requests/s requests/sec ops/s",
    (Dimension.RATE, 1 / 60): "rpm tpm RPM TPM req/min requests/min",
    (Dimension.RATIO, 0.01): "% percent prozent Prozent",
    (
        Dimension.CPU,
        1.0,
    ): "core cores vcpu vcpus vCPU vCPUs CPU CPUs cpu cpus Kerne kerne núcleos 核",
    (Dimension.CPU, 0.001): "millicores mCPU",
    (Dimension.MONEY, 1.0): "USD EUR GBP BRL CNY CHF dollars euro euros Euro reais 元",
    (
        Dimension.COUNT,
        1.0,
    ): "user users request requests connection connections item items record records row rows "
    "replica replicas pod pods node nodes instance instances device devices attempt attempts retry retries time times "
    "token tokens digit digits character characters char chars entry entries thread threads worker workers partition "
    "partitions message messages event events employee employees Benutzer Nutzer Mitarbeitende Mitarbeiter Buchungen "
    "Terminals Geräte Zeichen Versuche usuarios usuários dispositivos intentos tentativas caracteres registros 次 个 条 "
    "用户 位 台 字符",
}


def _table() -> dict[str, tuple[Dimension, float]]:
    units: dict[str, tuple[Dimension, float]] = {}
    for factor, names in _TIME.items():
        units.update(dict.fromkeys(names.split(), (Dimension.TIME, factor)))
    for factor, names in _SIZE.items():
        units.update(dict.fromkeys(names.split(), (Dimension.SIZE, factor)))
    for (dimension, factor), names in _OTHER.items():
        units.update(dict.fromkeys(names.split(), (dimension, factor)))
    return units


UNITS = _table()
"""Unit as written → dimension and factor. Case matters where letters differ in meaning (m, M)."""

HINTS = {
    "time": (Dimension.TIME, 1.0),
    "ratio": (Dimension.RATIO, 1.0),
    "cpu": (Dimension.CPU, 1.0),
    "size": (Dimension.SIZE, 1.0),
    "count": (Dimension.COUNT, 1.0),
    "ms": (Dimension.TIME, 1e-3),
    "seconds": (Dimension.TIME, 1.0),
    "minutes": (Dimension.TIME, 60.0),
    "hours": (Dimension.TIME, 3600.0),
    "days": (Dimension.TIME, 86400.0),
}
"""What a column header or the suffix of a variable says about bare numbers."""


_ENDINGS = {
    "ms": "ms millis milliseconds",
    "seconds": "s sec secs second seconds",
    "minutes": "min mins minute minutes",
    "hours": "h hr hrs hour hours",
    "days": "d day days",
}
_BY_ENDING = {ending: unit for unit, endings in _ENDINGS.items() for ending in endings.split()}


def hint_of(name: str, description: str = "") -> str:
    """Return the key of `HINTS` for the bare number of a variable: by its last word, else by its text.

    Args:
        name: `SCAN_TIMEOUT_MS`, `scan-timeout-ms`.
        description: what is said about it; the one unit of time that it names counts.
    """
    last = name.lower().replace("-", "_").rpartition("_")[2]
    if last in _BY_ENDING:
        return _BY_ENDING[last]
    words = description.lower().replace("(", " ").replace(")", " ").replace(",", " ").split()
    units = {_BY_ENDING[word] for word in words if len(word) > 1 and word in _BY_ENDING}
    return units.pop() if len(units) == 1 else ""
