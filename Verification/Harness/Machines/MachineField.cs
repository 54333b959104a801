using System.Text.Json;
using System.Text.Json.Nodes;

namespace TileProof.Verification.Machines;

/// <summary>One field of a machine file.</summary>
/// <param name="Path">Its place, such as <c>dma.ringDepth</c>.</param>
/// <param name="Meaning">What it is, its unit and its range; the comment in a file that is made.</param>
/// <param name="Get">Its value.</param>
/// <param name="Set">A machine with another value; throws <see cref="UserInputException"/> with what is expected.</param>
internal sealed record MachineField(string Path, string Meaning, Func<DescribedMachine, JsonNode?> Get, Func<DescribedMachine, JsonElement, DescribedMachine> Set);
