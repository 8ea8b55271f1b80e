using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Sae.Formats;

/// <summary>Reads the tensors of a saved SAE: those it must have, with the shapes they must have, and no others.</summary>
internal static class SavedTensors
{
    /// <summary>Reads them as float32, in the order asked for.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <param name="wanted">Name and shape of each.</param>
    /// <exception cref="BadInputException">One is missing, of another shape or type, or not finite, or there is another one.</exception>
    public static float[][] Read(string path, IReadOnlyList<(string Name, long[] Shape)> wanted)
    {
        using var file = SafetensorsFile.Open(path);
        var strange = file.Tensors.FirstOrDefault(t => wanted.All(w => w.Name != t.Name));
        if (strange is not null)
        {
            throw new BadInputException(path, Place(strange.Name), "an SAE of this kind has no such tensor", "Check that cfg.json belongs to these weights");
        }

        // All shapes first: nothing is allocated for a file that will be refused.
        foreach (var (name, shape) in wanted)
        {
            if (!file.TryGet(name, out var tensor))
            {
                throw new BadInputException(path, Place(name), "the tensor is missing", "Check that cfg.json belongs to these weights");
            }

            if (!tensor.Shape.SequenceEqual(shape))
            {
                throw new BadInputException(path, Place(name), $"its shape is [{string.Join(", ", tensor.Shape)}], cfg.json says [{string.Join(", ", shape)}]", "Check that cfg.json belongs to these weights");
            }
        }

        return [.. wanted.Select(w => Finite(path, w.Name, file.ReadFloats(w.Name)))];
    }

    private static float[] Finite(string path, string name, float[] values)
    {
        var at = Array.FindIndex(values, v => !float.IsFinite(v));
        return at < 0 ? values : throw new BadInputException(path, Place(name), $"element {at} is {values[at]}", "Save the SAE again; its training may have diverged");
    }

    private static string Place(string name) => $"tensor {SafetensorsHeader.Quote(name)}";
}
