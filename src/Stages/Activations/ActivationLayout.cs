using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Activations;

/// <summary>Where the rows lie in a file; every figure has been checked against it.</summary>
/// <param name="DataStart">Offset of the first row.</param>
/// <param name="Rows">N.</param>
/// <param name="Dimension">d.</param>
/// <param name="Type">How the numbers are stored.</param>
internal sealed record ActivationLayout(long DataStart, long Rows, int Dimension, ActivationType Type)
{
    /// <summary>Name of the tensor that is taken when none is asked for.</summary>
    public const string UsualName = "activations";

    private const string Remedy = "Save one row of numbers for each token, shape [rows, dimension]";

    /// <summary>Reads the header of a <c>.npy</c> file.</summary>
    public static ActivationLayout OfNpy(string path, string? tensor, bool bfloat16)
    {
        if (tensor is not null)
        {
            throw new BadInputException(path, "", "a .npy file holds one array without a name", "Leave --tensor out");
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        var header = NpyHeader.Read(path, file, descr => NpyType(path, descr, bfloat16) == ActivationType.Float32 ? 4 : 2);
        return Checked(path, "shape", header.Shape, header.DataStart, NpyType(path, header.Descr, bfloat16));
    }

    /// <summary>Reads the header of a safetensors file.</summary>
    public static ActivationLayout OfSafetensors(string path, string? tensor, bool bfloat16)
    {
        if (bfloat16)
        {
            throw new BadInputException(path, "", "a safetensors file says itself how its numbers are stored", "Leave --dtype out");
        }

        using var file = SafetensorsFile.Open(path);
        var chosen = Choose(file, tensor);
        var place = $"tensor {SafetensorsHeader.Quote(chosen.Name)}";
        ActivationType type = chosen.Type switch
        {
            TensorType.F32 => ActivationType.Float32,
            TensorType.F16 => ActivationType.Float16,
            TensorType.BF16 => ActivationType.BFloat16,
            _ => throw new BadInputException(path, place, $"its type {chosen.Type} is not read", "Save it in float32, float16 or bfloat16"),
        };
        return Checked(path, place, chosen.Shape, file.Position(chosen), type);
    }

    private static TensorInfo Choose(SafetensorsFile file, string? tensor)
    {
        if (tensor is not null || file.TryGet(UsualName, out _))
        {
            return file.TryGet(tensor ?? UsualName, out var named)
                ? named
                : throw new BadInputException(file.Path, $"tensor {SafetensorsHeader.Quote(tensor!)}", "the file has no such tensor", $"Name one of {Names(file.Tensors)} with --tensor");
        }

        var tables = file.Tensors.Where(t => t.Shape.Count == 2).ToList();
        return tables.Count switch
        {
            1 => tables[0],
            0 => throw new BadInputException(file.Path, "", "no tensor of it has two dimensions", Remedy),
            _ => throw new BadInputException(file.Path, "", $"{tables.Count} tensors of it have two dimensions and none is called {UsualName}", $"Name one of {Names(tables)} with --tensor"),
        };
    }

    private static string Names(IReadOnlyList<TensorInfo> tensors)
    {
        const int shown = 8;
        return string.Join(", ", tensors.Take(shown).Select(t => SafetensorsHeader.Quote(t.Name))) + (tensors.Count > shown ? ", …" : "");
    }

    private static ActivationType NpyType(string path, string descr, bool bfloat16) => (descr, bfloat16) switch
    {
        ("<f4", false) => ActivationType.Float32,
        ("<f2", false) => ActivationType.Float16,
        ("<V2" or "|V2" or "<u2" or "<i2", true) => ActivationType.BFloat16,
        ("<V2" or "|V2" or "<u2" or "<i2", false) => throw BadType(path, descr, "it does not say that its two-byte elements are numbers", "Say --dtype bfloat16 if they are, or save float32 or float16"),
        ("<f4" or "<f2", true) => throw BadType(path, descr, "it says itself how its numbers are stored, and that is not bfloat16", "Leave --dtype out"),
        (['>', 'f', ..], _) => throw BadType(path, descr, "its numbers are big-endian", "Save array.astype('<f4')"),
        (['<', 'f', ..], _) => throw BadType(path, descr, "its floats have another size than 4 or 2 bytes", "Save array.astype('float32')"),
        _ => throw BadType(path, descr, "its elements are no floats", "Save array.astype('float32')"),
    };

    private static BadInputException BadType(string path, string descr, string problem, string remedy) => new(path, "descr", $"'{descr}': {problem}", remedy);

    private static ActivationLayout Checked(string path, string place, IReadOnlyList<long> shape, long dataStart, ActivationType type)
    {
        var text = $"[{string.Join(", ", shape)}]";
        if (shape.Count != 2)
        {
            throw new BadInputException(path, place, $"shape {text} does not have two dimensions", Remedy);
        }

        if (shape[0] == 0 || shape[1] == 0)
        {
            throw new BadInputException(path, place, $"shape {text} is empty", Remedy);
        }

        return shape[1] <= ActivationLimits.Dimension
            ? new ActivationLayout(dataStart, shape[0], (int)shape[1], type)
            : throw new BadInputException(path, place, $"shape {text} has rows of more than {ActivationLimits.Dimension} numbers", Remedy);
    }
}
