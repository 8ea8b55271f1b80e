namespace Apache.Arrow.Types;

/// <summary>The types of this subset.</summary>
public enum ArrowTypeId
{
    Boolean = 1,
    UInt8,
    Int8,
    UInt16,
    Int16,
    UInt32,
    Int32,
    UInt64,
    Int64,
    Float = 11,
    Double,
    String,
    Binary,
    Timestamp = 18,
    List = 24,
    Struct,
    Dictionary = 27,
}
