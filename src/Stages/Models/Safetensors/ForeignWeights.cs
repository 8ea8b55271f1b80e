using System.IO.Enumeration;

namespace Emergence.Stages.Models.Safetensors;

/// <summary>
/// Weights in other formats than safetensors, above all Python's pickles. Reading those means running what is in them, so
/// they are not read; the user is told how to convert them.
/// </summary>
internal static class ForeignWeights
{
    /// <summary>One line that turns all pickled shards of the current folder into <c>model.safetensors</c>; tensors that share memory become copies.</summary>
    public const string Conversion =
        "python3 -c \"import glob, torch; from safetensors.torch import save_file; "
        + "save_file({k: v.clone().contiguous() for f in sorted(glob.glob('pytorch_model*.bin')) "
        + "for k, v in torch.load(f, map_location='cpu', weights_only=True).items()}, 'model.safetensors', {'format': 'pt'})\"";

    private const string Resave = "Load it in the program that wrote it and save it with model.save_pretrained(folder, safe_serialization=True)";

    private static readonly (string Pattern, string Format, string Remedy)[] Known =
    [
        ("pytorch_model*.bin", "a Python pickle (to read it is to run code)", $"Convert it once, in that folder: {Conversion}"),
        ("pytorch_model.bin.index.json", "an index of Python pickles", $"Convert them once, in that folder: {Conversion}"),
        ("consolidated*.pth", "a Python pickle of another layout", Resave),
        ("*.ckpt", "a checkpoint of another layout", Resave),
        ("*.pt", "a Python pickle of another layout", Resave),
        ("*.pth", "a Python pickle of another layout", Resave),
        ("tf_model.h5", "TensorFlow's format", Resave),
        ("flax_model.msgpack", "Flax's format", Resave),
        ("*.gguf", "the GGUF format", Resave),
    ];

    /// <summary>Looks for such weights in a folder that has none as safetensors.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>What to tell; null when there are none, or the folder cannot be listed.</returns>
    public static ForeignWeightsException? Find(string folder)
    {
        string[] names;
        try
        {
            names = [.. Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        foreach (var (pattern, format, remedy) in Known)
        {
            if (Array.Find(names, n => FileSystemName.MatchesSimpleExpression(pattern, n, ignoreCase: false)) is { } name)
            {
                return new ForeignWeightsException(folder, $"its weights are in {name}, {format}, which is not read here", remedy);
            }
        }

        return null;
    }
}
