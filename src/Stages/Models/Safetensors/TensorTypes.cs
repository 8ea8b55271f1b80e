namespace Emergence.Stages.Models.Safetensors;

/// <summary>The format's spelling and the size of each element type.</summary>
internal static class TensorTypes
{
    private static readonly Dictionary<string, TensorType> ByName = new(StringComparer.Ordinal)
    {
        ["BOOL"] = TensorType.Bool,
        ["U8"] = TensorType.U8,
        ["I8"] = TensorType.I8,
        ["F8_E5M2"] = TensorType.F8E5M2,
        ["F8_E4M3"] = TensorType.F8E4M3,
        ["I16"] = TensorType.I16,
        ["U16"] = TensorType.U16,
        ["F16"] = TensorType.F16,
        ["BF16"] = TensorType.BF16,
        ["I32"] = TensorType.I32,
        ["U32"] = TensorType.U32,
        ["F32"] = TensorType.F32,
        ["C64"] = TensorType.C64,
        ["F64"] = TensorType.F64,
        ["I64"] = TensorType.I64,
        ["U64"] = TensorType.U64,
    };

    public static bool TryParse(string name, out TensorType type) => ByName.TryGetValue(name, out type);

    public static int Size(TensorType type) => type switch
    {
        TensorType.Bool or TensorType.U8 or TensorType.I8 or TensorType.F8E5M2 or TensorType.F8E4M3 => 1,
        TensorType.I16 or TensorType.U16 or TensorType.F16 or TensorType.BF16 => 2,
        TensorType.I32 or TensorType.U32 or TensorType.F32 => 4,
        _ => 8,
    };

    public static bool IsReadable(TensorType type) => type is TensorType.F32 or TensorType.F16 or TensorType.BF16;
}
