from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class InitConnect(_message.Message):
    __slots__ = ()
    class C2S(_message.Message):
        __slots__ = ("clientVer", "clientID", "recvNotify", "packetEncAlgo", "pushProtoFmt", "programmingLanguage")
        CLIENTVER_FIELD_NUMBER: _ClassVar[int]
        CLIENTID_FIELD_NUMBER: _ClassVar[int]
        RECVNOTIFY_FIELD_NUMBER: _ClassVar[int]
        PACKETENCALGO_FIELD_NUMBER: _ClassVar[int]
        PUSHPROTOFMT_FIELD_NUMBER: _ClassVar[int]
        PROGRAMMINGLANGUAGE_FIELD_NUMBER: _ClassVar[int]
        clientVer: int
        clientID: str
        recvNotify: bool
        packetEncAlgo: int
        pushProtoFmt: int
        programmingLanguage: str
        def __init__(self, clientVer: _Optional[int] = ..., clientID: _Optional[str] = ..., recvNotify: bool = ..., packetEncAlgo: _Optional[int] = ..., pushProtoFmt: _Optional[int] = ..., programmingLanguage: _Optional[str] = ...) -> None: ...
    class Synthetic(_message.Message):
        __slots__ = ("seed", "software")
        SEED_FIELD_NUMBER: _ClassVar[int]
        SOFTWARE_FIELD_NUMBER: _ClassVar[int]
        seed: int
        software: str
        def __init__(self, seed: _Optional[int] = ..., software: _Optional[str] = ...) -> None: ...
    class S2C(_message.Message):
        __slots__ = ("serverVer", "loginUserID", "connID", "connAESKey", "keepAliveInterval", "aesCBCiv", "userAttribution", "synthetic")
        SERVERVER_FIELD_NUMBER: _ClassVar[int]
        LOGINUSERID_FIELD_NUMBER: _ClassVar[int]
        CONNID_FIELD_NUMBER: _ClassVar[int]
        CONNAESKEY_FIELD_NUMBER: _ClassVar[int]
        KEEPALIVEINTERVAL_FIELD_NUMBER: _ClassVar[int]
        AESCBCIV_FIELD_NUMBER: _ClassVar[int]
        USERATTRIBUTION_FIELD_NUMBER: _ClassVar[int]
        SYNTHETIC_FIELD_NUMBER: _ClassVar[int]
        serverVer: int
        loginUserID: int
        connID: int
        connAESKey: str
        keepAliveInterval: int
        aesCBCiv: str
        userAttribution: int
        synthetic: InitConnect.Synthetic
        def __init__(self, serverVer: _Optional[int] = ..., loginUserID: _Optional[int] = ..., connID: _Optional[int] = ..., connAESKey: _Optional[str] = ..., keepAliveInterval: _Optional[int] = ..., aesCBCiv: _Optional[str] = ..., userAttribution: _Optional[int] = ..., synthetic: _Optional[_Union[InitConnect.Synthetic, _Mapping]] = ...) -> None: ...
    class Request(_message.Message):
        __slots__ = ("c2s",)
        C2S_FIELD_NUMBER: _ClassVar[int]
        c2s: InitConnect.C2S
        def __init__(self, c2s: _Optional[_Union[InitConnect.C2S, _Mapping]] = ...) -> None: ...
    class Response(_message.Message):
        __slots__ = ("retType", "retMsg", "errCode", "s2c")
        RETTYPE_FIELD_NUMBER: _ClassVar[int]
        RETMSG_FIELD_NUMBER: _ClassVar[int]
        ERRCODE_FIELD_NUMBER: _ClassVar[int]
        S2C_FIELD_NUMBER: _ClassVar[int]
        retType: int
        retMsg: str
        errCode: int
        s2c: InitConnect.S2C
        def __init__(self, retType: _Optional[int] = ..., retMsg: _Optional[str] = ..., errCode: _Optional[int] = ..., s2c: _Optional[_Union[InitConnect.S2C, _Mapping]] = ...) -> None: ...
    def __init__(self) -> None: ...

class InitWebSocket(_message.Message):
    __slots__ = ()
    class C2S(_message.Message):
        __slots__ = ("websocketKey", "clientID", "programmingLanguage")
        WEBSOCKETKEY_FIELD_NUMBER: _ClassVar[int]
        CLIENTID_FIELD_NUMBER: _ClassVar[int]
        PROGRAMMINGLANGUAGE_FIELD_NUMBER: _ClassVar[int]
        websocketKey: str
        clientID: str
        programmingLanguage: str
        def __init__(self, websocketKey: _Optional[str] = ..., clientID: _Optional[str] = ..., programmingLanguage: _Optional[str] = ...) -> None: ...
    class S2C(_message.Message):
        __slots__ = ("serverTime", "connID", "synthetic")
        SERVERTIME_FIELD_NUMBER: _ClassVar[int]
        CONNID_FIELD_NUMBER: _ClassVar[int]
        SYNTHETIC_FIELD_NUMBER: _ClassVar[int]
        serverTime: int
        connID: int
        synthetic: InitConnect.Synthetic
        def __init__(self, serverTime: _Optional[int] = ..., connID: _Optional[int] = ..., synthetic: _Optional[_Union[InitConnect.Synthetic, _Mapping]] = ...) -> None: ...
    class Request(_message.Message):
        __slots__ = ("c2s",)
        C2S_FIELD_NUMBER: _ClassVar[int]
        c2s: InitWebSocket.C2S
        def __init__(self, c2s: _Optional[_Union[InitWebSocket.C2S, _Mapping]] = ...) -> None: ...
    class Response(_message.Message):
        __slots__ = ("retType", "retMsg", "errCode", "s2c")
        RETTYPE_FIELD_NUMBER: _ClassVar[int]
        RETMSG_FIELD_NUMBER: _ClassVar[int]
        ERRCODE_FIELD_NUMBER: _ClassVar[int]
        S2C_FIELD_NUMBER: _ClassVar[int]
        retType: int
        retMsg: str
        errCode: int
        s2c: InitWebSocket.S2C
        def __init__(self, retType: _Optional[int] = ..., retMsg: _Optional[str] = ..., errCode: _Optional[int] = ..., s2c: _Optional[_Union[InitWebSocket.S2C, _Mapping]] = ...) -> None: ...
    def __init__(self) -> None: ...

class GetGlobalState(_message.Message):
    __slots__ = ()
    class C2S(_message.Message):
        __slots__ = ("userID",)
        USERID_FIELD_NUMBER: _ClassVar[int]
        userID: int
        def __init__(self, userID: _Optional[int] = ...) -> None: ...
    class S2C(_message.Message):
        __slots__ = ("marketHK", "marketUS", "marketSH", "marketSZ", "marketHKFuture", "qotLogined", "trdLogined", "serverVer", "serverBuildNo", "time")
        MARKETHK_FIELD_NUMBER: _ClassVar[int]
        MARKETUS_FIELD_NUMBER: _ClassVar[int]
        MARKETSH_FIELD_NUMBER: _ClassVar[int]
        MARKETSZ_FIELD_NUMBER: _ClassVar[int]
        MARKETHKFUTURE_FIELD_NUMBER: _ClassVar[int]
        QOTLOGINED_FIELD_NUMBER: _ClassVar[int]
        TRDLOGINED_FIELD_NUMBER: _ClassVar[int]
        SERVERVER_FIELD_NUMBER: _ClassVar[int]
        SERVERBUILDNO_FIELD_NUMBER: _ClassVar[int]
        TIME_FIELD_NUMBER: _ClassVar[int]
        marketHK: int
        marketUS: int
        marketSH: int
        marketSZ: int
        marketHKFuture: int
        qotLogined: bool
        trdLogined: bool
        serverVer: int
        serverBuildNo: int
        time: int
        def __init__(self, marketHK: _Optional[int] = ..., marketUS: _Optional[int] = ..., marketSH: _Optional[int] = ..., marketSZ: _Optional[int] = ..., marketHKFuture: _Optional[int] = ..., qotLogined: bool = ..., trdLogined: bool = ..., serverVer: _Optional[int] = ..., serverBuildNo: _Optional[int] = ..., time: _Optional[int] = ...) -> None: ...
    class Request(_message.Message):
        __slots__ = ("c2s",)
        C2S_FIELD_NUMBER: _ClassVar[int]
        c2s: GetGlobalState.C2S
        def __init__(self, c2s: _Optional[_Union[GetGlobalState.C2S, _Mapping]] = ...) -> None: ...
    class Response(_message.Message):
        __slots__ = ("retType", "retMsg", "errCode", "s2c")
        RETTYPE_FIELD_NUMBER: _ClassVar[int]
        RETMSG_FIELD_NUMBER: _ClassVar[int]
        ERRCODE_FIELD_NUMBER: _ClassVar[int]
        S2C_FIELD_NUMBER: _ClassVar[int]
        retType: int
        retMsg: str
        errCode: int
        s2c: GetGlobalState.S2C
        def __init__(self, retType: _Optional[int] = ..., retMsg: _Optional[str] = ..., errCode: _Optional[int] = ..., s2c: _Optional[_Union[GetGlobalState.S2C, _Mapping]] = ...) -> None: ...
    def __init__(self) -> None: ...

class KeepAlive(_message.Message):
    __slots__ = ()
    class C2S(_message.Message):
        __slots__ = ("time",)
        TIME_FIELD_NUMBER: _ClassVar[int]
        time: int
        def __init__(self, time: _Optional[int] = ...) -> None: ...
    class S2C(_message.Message):
        __slots__ = ("time",)
        TIME_FIELD_NUMBER: _ClassVar[int]
        time: int
        def __init__(self, time: _Optional[int] = ...) -> None: ...
    class Request(_message.Message):
        __slots__ = ("c2s",)
        C2S_FIELD_NUMBER: _ClassVar[int]
        c2s: KeepAlive.C2S
        def __init__(self, c2s: _Optional[_Union[KeepAlive.C2S, _Mapping]] = ...) -> None: ...
    class Response(_message.Message):
        __slots__ = ("retType", "retMsg", "errCode", "s2c")
        RETTYPE_FIELD_NUMBER: _ClassVar[int]
        RETMSG_FIELD_NUMBER: _ClassVar[int]
        ERRCODE_FIELD_NUMBER: _ClassVar[int]
        S2C_FIELD_NUMBER: _ClassVar[int]
        retType: int
        retMsg: str
        errCode: int
        s2c: KeepAlive.S2C
        def __init__(self, retType: _Optional[int] = ..., retMsg: _Optional[str] = ..., errCode: _Optional[int] = ..., s2c: _Optional[_Union[KeepAlive.S2C, _Mapping]] = ...) -> None: ...
    def __init__(self) -> None: ...

class GetOptionMarketStatistic(_message.Message):
    __slots__ = ()
    class StatisticItem(_message.Message):
        __slots__ = ("time", "timestamp", "callValue", "putValue", "totalValue", "ratio")
        TIME_FIELD_NUMBER: _ClassVar[int]
        TIMESTAMP_FIELD_NUMBER: _ClassVar[int]
        CALLVALUE_FIELD_NUMBER: _ClassVar[int]
        PUTVALUE_FIELD_NUMBER: _ClassVar[int]
        TOTALVALUE_FIELD_NUMBER: _ClassVar[int]
        RATIO_FIELD_NUMBER: _ClassVar[int]
        time: str
        timestamp: float
        callValue: int
        putValue: int
        totalValue: int
        ratio: float
        def __init__(self, time: _Optional[str] = ..., timestamp: _Optional[float] = ..., callValue: _Optional[int] = ..., putValue: _Optional[int] = ..., totalValue: _Optional[int] = ..., ratio: _Optional[float] = ...) -> None: ...
    class C2S(_message.Message):
        __slots__ = ("optionMarket", "dataType", "beginTime", "endTime", "nextPageKey")
        OPTIONMARKET_FIELD_NUMBER: _ClassVar[int]
        DATATYPE_FIELD_NUMBER: _ClassVar[int]
        BEGINTIME_FIELD_NUMBER: _ClassVar[int]
        ENDTIME_FIELD_NUMBER: _ClassVar[int]
        NEXTPAGEKEY_FIELD_NUMBER: _ClassVar[int]
        optionMarket: int
        dataType: int
        beginTime: str
        endTime: str
        nextPageKey: bytes
        def __init__(self, optionMarket: _Optional[int] = ..., dataType: _Optional[int] = ..., beginTime: _Optional[str] = ..., endTime: _Optional[str] = ..., nextPageKey: _Optional[bytes] = ...) -> None: ...
    class S2C(_message.Message):
        __slots__ = ("optionMarket", "dataType", "statisticList", "nextPageKey")
        OPTIONMARKET_FIELD_NUMBER: _ClassVar[int]
        DATATYPE_FIELD_NUMBER: _ClassVar[int]
        STATISTICLIST_FIELD_NUMBER: _ClassVar[int]
        NEXTPAGEKEY_FIELD_NUMBER: _ClassVar[int]
        optionMarket: int
        dataType: int
        statisticList: _containers.RepeatedCompositeFieldContainer[GetOptionMarketStatistic.StatisticItem]
        nextPageKey: bytes
        def __init__(self, optionMarket: _Optional[int] = ..., dataType: _Optional[int] = ..., statisticList: _Optional[_Iterable[_Union[GetOptionMarketStatistic.StatisticItem, _Mapping]]] = ..., nextPageKey: _Optional[bytes] = ...) -> None: ...
    class Request(_message.Message):
        __slots__ = ("c2s",)
        C2S_FIELD_NUMBER: _ClassVar[int]
        c2s: GetOptionMarketStatistic.C2S
        def __init__(self, c2s: _Optional[_Union[GetOptionMarketStatistic.C2S, _Mapping]] = ...) -> None: ...
    class Response(_message.Message):
        __slots__ = ("retType", "retMsg", "errCode", "s2c")
        RETTYPE_FIELD_NUMBER: _ClassVar[int]
        RETMSG_FIELD_NUMBER: _ClassVar[int]
        ERRCODE_FIELD_NUMBER: _ClassVar[int]
        S2C_FIELD_NUMBER: _ClassVar[int]
        retType: int
        retMsg: str
        errCode: int
        s2c: GetOptionMarketStatistic.S2C
        def __init__(self, retType: _Optional[int] = ..., retMsg: _Optional[str] = ..., errCode: _Optional[int] = ..., s2c: _Optional[_Union[GetOptionMarketStatistic.S2C, _Mapping]] = ...) -> None: ...
    class RawS2C(_message.Message):
        __slots__ = ("optionMarket", "dataType", "statisticList", "nextPageKey")
        OPTIONMARKET_FIELD_NUMBER: _ClassVar[int]
        DATATYPE_FIELD_NUMBER: _ClassVar[int]
        STATISTICLIST_FIELD_NUMBER: _ClassVar[int]
        NEXTPAGEKEY_FIELD_NUMBER: _ClassVar[int]
        optionMarket: int
        dataType: int
        statisticList: _containers.RepeatedScalarFieldContainer[bytes]
        nextPageKey: bytes
        def __init__(self, optionMarket: _Optional[int] = ..., dataType: _Optional[int] = ..., statisticList: _Optional[_Iterable[bytes]] = ..., nextPageKey: _Optional[bytes] = ...) -> None: ...
    class RawResponse(_message.Message):
        __slots__ = ("retType", "retMsg", "errCode", "s2c")
        RETTYPE_FIELD_NUMBER: _ClassVar[int]
        RETMSG_FIELD_NUMBER: _ClassVar[int]
        ERRCODE_FIELD_NUMBER: _ClassVar[int]
        S2C_FIELD_NUMBER: _ClassVar[int]
        retType: int
        retMsg: str
        errCode: int
        s2c: GetOptionMarketStatistic.RawS2C
        def __init__(self, retType: _Optional[int] = ..., retMsg: _Optional[str] = ..., errCode: _Optional[int] = ..., s2c: _Optional[_Union[GetOptionMarketStatistic.RawS2C, _Mapping]] = ...) -> None: ...
    def __init__(self) -> None: ...

class Security(_message.Message):
    __slots__ = ("market", "code")
    MARKET_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    market: int
    code: str
    def __init__(self, market: _Optional[int] = ..., code: _Optional[str] = ...) -> None: ...

class GetOptionUnderlyingHisStatistic(_message.Message):
    __slots__ = ()
    class DailyStatistic(_message.Message):
        __slots__ = ("time", "timestamp", "optionVolume", "callVolume", "putVolume", "putCallVolumeRatio", "optionOpenInterest", "callOpenInterest", "putOpenInterest", "putCallOpenInterestRatio", "underlyingPrice")
        TIME_FIELD_NUMBER: _ClassVar[int]
        TIMESTAMP_FIELD_NUMBER: _ClassVar[int]
        OPTIONVOLUME_FIELD_NUMBER: _ClassVar[int]
        CALLVOLUME_FIELD_NUMBER: _ClassVar[int]
        PUTVOLUME_FIELD_NUMBER: _ClassVar[int]
        PUTCALLVOLUMERATIO_FIELD_NUMBER: _ClassVar[int]
        OPTIONOPENINTEREST_FIELD_NUMBER: _ClassVar[int]
        CALLOPENINTEREST_FIELD_NUMBER: _ClassVar[int]
        PUTOPENINTEREST_FIELD_NUMBER: _ClassVar[int]
        PUTCALLOPENINTERESTRATIO_FIELD_NUMBER: _ClassVar[int]
        UNDERLYINGPRICE_FIELD_NUMBER: _ClassVar[int]
        time: str
        timestamp: float
        optionVolume: int
        callVolume: int
        putVolume: int
        putCallVolumeRatio: float
        optionOpenInterest: int
        callOpenInterest: int
        putOpenInterest: int
        putCallOpenInterestRatio: float
        underlyingPrice: float
        def __init__(self, time: _Optional[str] = ..., timestamp: _Optional[float] = ..., optionVolume: _Optional[int] = ..., callVolume: _Optional[int] = ..., putVolume: _Optional[int] = ..., putCallVolumeRatio: _Optional[float] = ..., optionOpenInterest: _Optional[int] = ..., callOpenInterest: _Optional[int] = ..., putOpenInterest: _Optional[int] = ..., putCallOpenInterestRatio: _Optional[float] = ..., underlyingPrice: _Optional[float] = ...) -> None: ...
    class C2S(_message.Message):
        __slots__ = ("owner", "indexOptionType", "beginTime", "endTime", "nextPageKey")
        OWNER_FIELD_NUMBER: _ClassVar[int]
        INDEXOPTIONTYPE_FIELD_NUMBER: _ClassVar[int]
        BEGINTIME_FIELD_NUMBER: _ClassVar[int]
        ENDTIME_FIELD_NUMBER: _ClassVar[int]
        NEXTPAGEKEY_FIELD_NUMBER: _ClassVar[int]
        owner: Security
        indexOptionType: int
        beginTime: str
        endTime: str
        nextPageKey: bytes
        def __init__(self, owner: _Optional[_Union[Security, _Mapping]] = ..., indexOptionType: _Optional[int] = ..., beginTime: _Optional[str] = ..., endTime: _Optional[str] = ..., nextPageKey: _Optional[bytes] = ...) -> None: ...
    class S2C(_message.Message):
        __slots__ = ("owner", "code", "name", "statisticList", "nextPageKey")
        OWNER_FIELD_NUMBER: _ClassVar[int]
        CODE_FIELD_NUMBER: _ClassVar[int]
        NAME_FIELD_NUMBER: _ClassVar[int]
        STATISTICLIST_FIELD_NUMBER: _ClassVar[int]
        NEXTPAGEKEY_FIELD_NUMBER: _ClassVar[int]
        owner: Security
        code: str
        name: str
        statisticList: _containers.RepeatedCompositeFieldContainer[GetOptionUnderlyingHisStatistic.DailyStatistic]
        nextPageKey: bytes
        def __init__(self, owner: _Optional[_Union[Security, _Mapping]] = ..., code: _Optional[str] = ..., name: _Optional[str] = ..., statisticList: _Optional[_Iterable[_Union[GetOptionUnderlyingHisStatistic.DailyStatistic, _Mapping]]] = ..., nextPageKey: _Optional[bytes] = ...) -> None: ...
    class Request(_message.Message):
        __slots__ = ("c2s",)
        C2S_FIELD_NUMBER: _ClassVar[int]
        c2s: GetOptionUnderlyingHisStatistic.C2S
        def __init__(self, c2s: _Optional[_Union[GetOptionUnderlyingHisStatistic.C2S, _Mapping]] = ...) -> None: ...
    class Response(_message.Message):
        __slots__ = ("retType", "retMsg", "errCode", "s2c")
        RETTYPE_FIELD_NUMBER: _ClassVar[int]
        RETMSG_FIELD_NUMBER: _ClassVar[int]
        ERRCODE_FIELD_NUMBER: _ClassVar[int]
        S2C_FIELD_NUMBER: _ClassVar[int]
        retType: int
        retMsg: str
        errCode: int
        s2c: GetOptionUnderlyingHisStatistic.S2C
        def __init__(self, retType: _Optional[int] = ..., retMsg: _Optional[str] = ..., errCode: _Optional[int] = ..., s2c: _Optional[_Union[GetOptionUnderlyingHisStatistic.S2C, _Mapping]] = ...) -> None: ...
    class RawS2C(_message.Message):
        __slots__ = ("owner", "code", "name", "statisticList", "nextPageKey")
        OWNER_FIELD_NUMBER: _ClassVar[int]
        CODE_FIELD_NUMBER: _ClassVar[int]
        NAME_FIELD_NUMBER: _ClassVar[int]
        STATISTICLIST_FIELD_NUMBER: _ClassVar[int]
        NEXTPAGEKEY_FIELD_NUMBER: _ClassVar[int]
        owner: Security
        code: str
        name: str
        statisticList: _containers.RepeatedScalarFieldContainer[bytes]
        nextPageKey: bytes
        def __init__(self, owner: _Optional[_Union[Security, _Mapping]] = ..., code: _Optional[str] = ..., name: _Optional[str] = ..., statisticList: _Optional[_Iterable[bytes]] = ..., nextPageKey: _Optional[bytes] = ...) -> None: ...
    class RawResponse(_message.Message):
        __slots__ = ("retType", "retMsg", "errCode", "s2c")
        RETTYPE_FIELD_NUMBER: _ClassVar[int]
        RETMSG_FIELD_NUMBER: _ClassVar[int]
        ERRCODE_FIELD_NUMBER: _ClassVar[int]
        S2C_FIELD_NUMBER: _ClassVar[int]
        retType: int
        retMsg: str
        errCode: int
        s2c: GetOptionUnderlyingHisStatistic.RawS2C
        def __init__(self, retType: _Optional[int] = ..., retMsg: _Optional[str] = ..., errCode: _Optional[int] = ..., s2c: _Optional[_Union[GetOptionUnderlyingHisStatistic.RawS2C, _Mapping]] = ...) -> None: ...
    def __init__(self) -> None: ...

class GetOptionUnderlyingHisVolatility(_message.Message):
    __slots__ = ()
    class VolatilityItem(_message.Message):
        __slots__ = ("time", "timestamp", "iv", "hv", "underlyingPrice")
        TIME_FIELD_NUMBER: _ClassVar[int]
        TIMESTAMP_FIELD_NUMBER: _ClassVar[int]
        IV_FIELD_NUMBER: _ClassVar[int]
        HV_FIELD_NUMBER: _ClassVar[int]
        UNDERLYINGPRICE_FIELD_NUMBER: _ClassVar[int]
        time: str
        timestamp: float
        iv: float
        hv: float
        underlyingPrice: float
        def __init__(self, time: _Optional[str] = ..., timestamp: _Optional[float] = ..., iv: _Optional[float] = ..., hv: _Optional[float] = ..., underlyingPrice: _Optional[float] = ...) -> None: ...
    class C2S(_message.Message):
        __slots__ = ("owner", "indexOptionType", "beginTime", "endTime", "nextPageKey")
        OWNER_FIELD_NUMBER: _ClassVar[int]
        INDEXOPTIONTYPE_FIELD_NUMBER: _ClassVar[int]
        BEGINTIME_FIELD_NUMBER: _ClassVar[int]
        ENDTIME_FIELD_NUMBER: _ClassVar[int]
        NEXTPAGEKEY_FIELD_NUMBER: _ClassVar[int]
        owner: Security
        indexOptionType: int
        beginTime: str
        endTime: str
        nextPageKey: bytes
        def __init__(self, owner: _Optional[_Union[Security, _Mapping]] = ..., indexOptionType: _Optional[int] = ..., beginTime: _Optional[str] = ..., endTime: _Optional[str] = ..., nextPageKey: _Optional[bytes] = ...) -> None: ...
    class S2C(_message.Message):
        __slots__ = ("owner", "code", "name", "volatilityList", "nextPageKey")
        OWNER_FIELD_NUMBER: _ClassVar[int]
        CODE_FIELD_NUMBER: _ClassVar[int]
        NAME_FIELD_NUMBER: _ClassVar[int]
        VOLATILITYLIST_FIELD_NUMBER: _ClassVar[int]
        NEXTPAGEKEY_FIELD_NUMBER: _ClassVar[int]
        owner: Security
        code: str
        name: str
        volatilityList: _containers.RepeatedCompositeFieldContainer[GetOptionUnderlyingHisVolatility.VolatilityItem]
        nextPageKey: bytes
        def __init__(self, owner: _Optional[_Union[Security, _Mapping]] = ..., code: _Optional[str] = ..., name: _Optional[str] = ..., volatilityList: _Optional[_Iterable[_Union[GetOptionUnderlyingHisVolatility.VolatilityItem, _Mapping]]] = ..., nextPageKey: _Optional[bytes] = ...) -> None: ...
    class Request(_message.Message):
        __slots__ = ("c2s",)
        C2S_FIELD_NUMBER: _ClassVar[int]
        c2s: GetOptionUnderlyingHisVolatility.C2S
        def __init__(self, c2s: _Optional[_Union[GetOptionUnderlyingHisVolatility.C2S, _Mapping]] = ...) -> None: ...
    class Response(_message.Message):
        __slots__ = ("retType", "retMsg", "errCode", "s2c")
        RETTYPE_FIELD_NUMBER: _ClassVar[int]
        RETMSG_FIELD_NUMBER: _ClassVar[int]
        ERRCODE_FIELD_NUMBER: _ClassVar[int]
        S2C_FIELD_NUMBER: _ClassVar[int]
        retType: int
        retMsg: str
        errCode: int
        s2c: GetOptionUnderlyingHisVolatility.S2C
        def __init__(self, retType: _Optional[int] = ..., retMsg: _Optional[str] = ..., errCode: _Optional[int] = ..., s2c: _Optional[_Union[GetOptionUnderlyingHisVolatility.S2C, _Mapping]] = ...) -> None: ...
    class RawS2C(_message.Message):
        __slots__ = ("owner", "code", "name", "volatilityList", "nextPageKey")
        OWNER_FIELD_NUMBER: _ClassVar[int]
        CODE_FIELD_NUMBER: _ClassVar[int]
        NAME_FIELD_NUMBER: _ClassVar[int]
        VOLATILITYLIST_FIELD_NUMBER: _ClassVar[int]
        NEXTPAGEKEY_FIELD_NUMBER: _ClassVar[int]
        owner: Security
        code: str
        name: str
        volatilityList: _containers.RepeatedScalarFieldContainer[bytes]
        nextPageKey: bytes
        def __init__(self, owner: _Optional[_Union[Security, _Mapping]] = ..., code: _Optional[str] = ..., name: _Optional[str] = ..., volatilityList: _Optional[_Iterable[bytes]] = ..., nextPageKey: _Optional[bytes] = ...) -> None: ...
    class RawResponse(_message.Message):
        __slots__ = ("retType", "retMsg", "errCode", "s2c")
        RETTYPE_FIELD_NUMBER: _ClassVar[int]
        RETMSG_FIELD_NUMBER: _ClassVar[int]
        ERRCODE_FIELD_NUMBER: _ClassVar[int]
        S2C_FIELD_NUMBER: _ClassVar[int]
        retType: int
        retMsg: str
        errCode: int
        s2c: GetOptionUnderlyingHisVolatility.RawS2C
        def __init__(self, retType: _Optional[int] = ..., retMsg: _Optional[str] = ..., errCode: _Optional[int] = ..., s2c: _Optional[_Union[GetOptionUnderlyingHisVolatility.RawS2C, _Mapping]] = ...) -> None: ...
    def __init__(self) -> None: ...
