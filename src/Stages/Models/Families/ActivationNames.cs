namespace Emergence.Stages.Models.Families;

/// <summary>Hugging Face's names of the activation functions.</summary>
internal static class ActivationNames
{
    private static readonly (string Name, ActivationFunction Function)[] Known =
    [
        ("gelu", ActivationFunction.Gelu),
        ("gelu_new", ActivationFunction.GeluTanh),
        ("gelu_pytorch_tanh", ActivationFunction.GeluTanh),
        ("gelu_fast", ActivationFunction.GeluTanh),
        ("relu", ActivationFunction.Relu),
        ("silu", ActivationFunction.Silu),
        ("swish", ActivationFunction.Silu),
    ];

    /// <summary>Reads the option that names it.</summary>
    public static ActivationFunction Read(ConfigReader options, string option, ActivationFunction absent)
    {
        if (options.Word(option) is not { } name)
        {
            return absent;
        }

        var known = Array.FindIndex(Known, k => k.Name == name);
        return known >= 0
            ? Known[known].Function
            : throw options.Bad(option, $"activation {Safetensors.SafetensorsHeader.Quote(name)} is not supported; supported: {string.Join(", ", Known.Select(k => k.Name))}");
    }

    /// <summary>The name to write.</summary>
    public static string Of(ActivationFunction function) => Array.Find(Known, k => k.Function == function).Name;
}
