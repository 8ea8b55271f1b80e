namespace TorchSharp;

/// <summary>Which .NET type holds an element of which libtorch type.</summary>
internal static class ElementTypes
{
    internal static torch.ScalarType? Of(Type type) =>
        type == typeof(byte) ? torch.ScalarType.Byte
        : type == typeof(sbyte) ? torch.ScalarType.Int8
        : type == typeof(short) ? torch.ScalarType.Int16
        : type == typeof(int) ? torch.ScalarType.Int32
        : type == typeof(long) ? torch.ScalarType.Int64
        : type == typeof(Half) ? torch.ScalarType.Float16
        : type == typeof(float) ? torch.ScalarType.Float32
        : type == typeof(double) ? torch.ScalarType.Float64
        : type == typeof(bool) ? torch.ScalarType.Bool
        : null;
}
