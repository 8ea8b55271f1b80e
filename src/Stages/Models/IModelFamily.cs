namespace Emergence.Stages.Models;

/// <summary>
/// A family of models whose checkpoints can be read. A new one is a class like <c>Families/GptNeoXFamily.cs</c> and a line in
/// <see cref="ModelFamilies"/>; the decoder runs them all.
/// </summary>
internal interface IModelFamily
{
    /// <summary><c>model_type</c> in <c>config.json</c>.</summary>
    string ModelType { get; }

    /// <summary>
    /// What all names but the head's begin with. A base model saved without its head leaves it out, and so do GPT-2's
    /// published files.
    /// </summary>
    string Prefix { get; }

    /// <summary>Reads the options of a configuration; options it does not read are refused by the caller.</summary>
    ModelConfig Read(ConfigReader options);

    /// <summary>The parameters a model of this configuration has, those that exist once first.</summary>
    IReadOnlyList<ParameterEntry> Parameters(ModelConfig config);

    /// <summary>Whether a tensor of a checkpoint is a known buffer that holds no parameter (a stored mask, stored frequencies).</summary>
    bool IsBuffer(string name);

    /// <summary>Options as Hugging Face spells them, for writing a <c>config.json</c>.</summary>
    IReadOnlyDictionary<string, object?> Options(ModelConfig config);
}
