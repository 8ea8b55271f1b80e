using Emergence.Stages.Input;

namespace Emergence.Stages.Models.Safetensors;

/// <summary>A folder holds weights, in a format that is not read. Waiting does not mend it.</summary>
/// <param name="folder">The folder.</param>
/// <param name="problem">What is wrong, one clause without a full stop.</param>
/// <param name="remedy">What the user can do about it, one clause without a full stop.</param>
public sealed class ForeignWeightsException(string folder, string problem, string remedy) : BadInputException(folder, "", problem, remedy);
