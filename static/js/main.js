// Every page works without these; each module adds one comfort.
import { startKeys } from "./keys.js";
import { startLists } from "./lists.js";
import { startBeside } from "./beside.js";
import { startDialogs } from "./dialog.js";
import { startPalette } from "./palette.js";
import { startAutosave } from "./autosave.js";
import { startUndo } from "./undo.js";
import { startPolling } from "./poll.js";
import { startPreferences } from "./preferences.js";
import { startRinging } from "./ringing.js";
import { startViewer } from "./viewer.js";

startAutosave();
startLists();
startBeside();
startDialogs();
startPalette();
startKeys();
startUndo();
startPolling();
startPreferences();
startRinging();
startViewer();
document.querySelector("[data-autofocus]")?.focus();
