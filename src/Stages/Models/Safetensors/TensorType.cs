namespace Emergence.Stages.Models.Safetensors;

/// <summary>Element types of the format. Only <see cref="F32"/>, <see cref="F16"/> and <see cref="BF16"/> can be read as numbers; the others are listed.</summary>
public enum TensorType
{
    /// <summary>Boolean, one byte.</summary>
    Bool,

    /// <summary>Unsigned, 1 byte.</summary>
    U8,

    /// <summary>Signed, 1 byte.</summary>
    I8,

    /// <summary>8-bit float, 5 exponent bits.</summary>
    F8E5M2,

    /// <summary>8-bit float, 4 exponent bits.</summary>
    F8E4M3,

    /// <summary>Signed, 2 bytes.</summary>
    I16,

    /// <summary>Unsigned, 2 bytes.</summary>
    U16,

    /// <summary>IEEE half precision.</summary>
    F16,

    /// <summary>bfloat16: the upper half of a float32.</summary>
    BF16,

    /// <summary>Signed, 4 bytes.</summary>
    I32,

    /// <summary>Unsigned, 4 bytes.</summary>
    U32,

    /// <summary>IEEE single precision.</summary>
    F32,

    /// <summary>Two float32.</summary>
    C64,

    /// <summary>IEEE double precision.</summary>
    F64,

    /// <summary>Signed, 8 bytes.</summary>
    I64,

    /// <summary>Unsigned, 8 bytes.</summary>
    U64,
}
