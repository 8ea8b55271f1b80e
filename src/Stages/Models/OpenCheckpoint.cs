using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Models;

/// <summary>
/// A checkpoint folder whose files are opened once and read through those handles from then on: a training job that deletes or
/// replaces the folder afterwards does no harm. Owns the handles. Reads of the weights may run side by side.
/// </summary>
public sealed class OpenCheckpoint : IDisposable
{
    /// <summary>File of a checkpoint folder that holds its tokenizer.</summary>
    public const string TokenizerName = "tokenizer.json";

    /// <summary>Greatest length of <see cref="TokenizerName"/> that is read.</summary>
    private const long TokenizerLimit = 1 << 26;

    private readonly byte[] _config;
    private readonly InputFile? _tokenizer;
    private readonly BadInputException? _noTokenizer;
    private ModelConfig? _parsed;

    private OpenCheckpoint(string folder, byte[] config, InputFile? tokenizer, BadInputException? noTokenizer, SafetensorsFolder weights)
    {
        Folder = folder;
        _config = config;
        _tokenizer = tokenizer;
        _noTokenizer = noTokenizer;
        Weights = weights;
    }

    /// <summary>The folder as it was named.</summary>
    public string Folder { get; }

    /// <summary>Its weights: all shards are there, sound, and agree with the index.</summary>
    public SafetensorsFolder Weights { get; }

    /// <summary>Its architecture; parsed when it is first asked for.</summary>
    /// <exception cref="BadInputException"><c>config.json</c> is broken, or names an architecture or option that is not supported.</exception>
    public ModelConfig Config => _parsed ??= ModelConfig.Parse(Folder, _config);

    /// <summary>Opens <c>config.json</c>, <c>tokenizer.json</c> when there is one, and the weights.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <exception cref="BadInputException">The folder or a file is not there (<see cref="BadInputException.Vanished"/>). The weights are broken, or a file cannot be read.</exception>
    public static OpenCheckpoint Open(string folder)
    {
        InputFile? tokenizer = null;
        try
        {
            byte[] config;
            using (var file = InputFile.Open(Path.Combine(folder, ModelConfig.FileName)))
            {
                config = file.ReadAll(ModelLimits.ConfigBytes, "Write or copy the checkpoint again");
            }

            BadInputException? noTokenizer = null;
            try
            {
                tokenizer = InputFile.Open(Path.Combine(folder, TokenizerName));
            }
            catch (BadInputException e) when (e.Vanished)
            {
                // Only who needs the tokens minds.
                noTokenizer = e;
            }

            var opened = new OpenCheckpoint(folder, config, tokenizer, noTokenizer, SafetensorsFolder.Open(folder));
            tokenizer = null;
            return opened;
        }
        finally
        {
            tokenizer?.Dispose();
        }
    }

    /// <summary>Reads <c>tokenizer.json</c>.</summary>
    /// <exception cref="BadInputException">There is none (<see cref="BadInputException.Vanished"/>). It is too long or cannot be read.</exception>
    public byte[] ReadTokenizer() => _tokenizer?.ReadAll(TokenizerLimit, "Use the tokenizer that the model was trained with") ?? throw _noTokenizer!;

    /// <inheritdoc/>
    public void Dispose()
    {
        _tokenizer?.Dispose();
        Weights.Dispose();
    }
}
