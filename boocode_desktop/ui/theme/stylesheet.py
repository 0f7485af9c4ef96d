"""The one style sheet, written with palette roles only (see `palette` for which token each role holds).

bright-text = tx2, light = bg4, midlight = line0, mid = line1, dark = line2, shadow = tx3, link-visited = accent_soft.
Own widgets paint themselves; this is for Qt's standard ones. A frame gets the panel surface with the dynamic property
`surface` set to `panel` or `card`, a label its tone with `tone` set to `muted` or `faint`.
"""

from pathlib import Path


def style_sheet(controls: Path) -> str:
    """The sheet; `controls` is the folder with the pictures of ticks and arrows."""
    return _SHEET.replace("@controls@", controls.as_posix())


_SHEET = """
QWidget { color: palette(window-text); }
QMainWindow, QDialog { background: palette(window); }
QFrame[surface="panel"], QWidget[surface="panel"] { background: palette(alternate-base); }
QFrame[surface="card"] { background: palette(base); border: 1px solid palette(mid); border-radius: 9px; }
QLabel { background: transparent; }
QLabel[tone="muted"] { color: palette(bright-text); }
QLabel[tone="faint"] { color: palette(shadow); }
QToolTip { background: palette(tooltip-base); color: palette(tooltip-text); border: 1px solid palette(dark);
  padding: 4px 8px; }
QLineEdit, QSpinBox, QDoubleSpinBox { background: palette(base); border: 1px solid palette(mid); border-radius: 8px;
  padding: 0 10px; min-height: 32px; selection-background-color: palette(highlight);
  selection-color: palette(highlighted-text); }
QPlainTextEdit, QTextEdit { background: palette(base); border: 1px solid palette(mid); border-radius: 8px;
  padding: 4px 6px; selection-background-color: palette(highlight); selection-color: palette(highlighted-text); }
QLineEdit, QPlainTextEdit, QTextEdit { placeholder-text-color: palette(shadow); }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
  border: 1px solid palette(highlight); }
QLineEdit[bare="true"], QPlainTextEdit[bare="true"], QTextEdit[bare="true"] { background: transparent; border: none;
  padding: 0; min-height: 20px; }
QComboBox { background: palette(base); border: 1px solid palette(mid); border-radius: 8px; padding: 0 10px;
  min-height: 32px; }
QComboBox::drop-down { border: none; width: 26px; }
QComboBox::down-arrow { image: url("@controls@/down.svg"); width: 14px; height: 14px; }
QComboBox QAbstractItemView, QMenu { background: palette(base); border: 1px solid palette(dark); border-radius: 10px;
  padding: 5px; outline: none; }
QMenu::item { padding: 6px 22px 6px 12px; border-radius: 6px; color: palette(window-text); }
QMenu::item:selected { background: palette(button); }
QMenu::item:disabled { color: palette(shadow); }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: palette(mid); margin: 5px 8px; }
QMenuBar { background: palette(alternate-base); }
QMenuBar::item { padding: 4px 8px; background: transparent; border-radius: 6px; }
QMenuBar::item:selected { background: palette(button); }
QAbstractItemView { background: transparent; border: none; outline: none; alternate-background-color: transparent;
  selection-background-color: palette(button); selection-color: palette(window-text); }
QHeaderView::section { background: palette(alternate-base); color: palette(shadow); border: none;
  border-bottom: 1px solid palette(mid); padding: 4px 8px; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: palette(light); border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 32px; margin: 2px; }
QScrollBar::handle:horizontal { min-width: 32px; margin: 2px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: palette(dark); }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: transparent;
  border: none; width: 0; height: 0; }
QAbstractScrollArea::corner { background: transparent; }
QTabWidget::pane { border: none; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: palette(bright-text); padding: 6px 12px; border-radius: 6px;
  margin: 3px 2px; border: 1px solid transparent; }
QTabBar::tab:selected { background: palette(button); color: palette(window-text); }
QTabBar::tab:hover:!selected { background: palette(alternate-base); color: palette(window-text); }
QTabBar::tab:focus { border: 1px solid palette(highlight); }
QMainWindow > QTabBar { max-height: 0px; }
QMainWindow > QTabBar::tab { height: 0px; padding: 0px; margin: 0px; border: none; }
QSplitter::handle { background: palette(midlight); }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QMainWindow::separator { background: palette(midlight); width: 1px; height: 1px; }
QStatusBar { background: palette(alternate-base); color: palette(shadow); border-top: 1px solid palette(midlight); }
QStatusBar::item { border: none; }
QDockWidget { titlebar-close-icon: none; titlebar-normal-icon: none; border: 1px solid palette(dark); }
QCheckBox, QRadioButton { spacing: 8px; background: transparent; }
QCheckBox::indicator, QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid palette(shadow);
  background: palette(base); }
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 7px; }
QCheckBox::indicator:checked, QRadioButton::indicator:checked { background: palette(highlight);
  border: 1px solid palette(highlight); }
QCheckBox::indicator:checked { image: url("@controls@/tick.svg"); }
QRadioButton::indicator:checked { image: url("@controls@/dot.svg"); }
QCheckBox:focus, QRadioButton:focus { color: palette(link); }
QPushButton { background: palette(button); border: 1px solid transparent; border-radius: 7px; padding: 0 12px;
  min-height: 26px; color: palette(button-text); }
QPushButton:hover { background: palette(light); }
QPushButton:focus { border: 1px solid palette(highlight); }
QPushButton:default { background: palette(highlight); color: palette(highlighted-text); }
QPushButton:disabled { color: palette(shadow); background: palette(alternate-base); }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 3px; }
QToolButton:hover { background: palette(button); }
QToolButton:focus { border: 1px solid palette(highlight); }
QProgressBar { background: palette(light); border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: palette(highlight); border-radius: 2px; }
"""
